import { describe, expect, test } from 'vitest';
import { isSecretName, normalisedName, redactHeader, redactUrl } from '../../../sidecar/agent/redaction';

describe('the value of a query parameter is hidden', () => {
  test.each([
    'token',
    'TOKEN',
    'access_token',
    'access-token',
    'accessToken',
    'apiKey',
    'api_key',
    'X-Amz-Signature',
    'client_secret',
    'newPassword',
    'pwd',
    'PHPSESSID',
    'session_id',
    '_csrf',
    '$pin',
    'authorization',
    'code',
    'user[password]',
    'user.password',
    'users[0][api-key]',
    'user%5Bpassword%5D',
    'p%61ssword',
    'access%5Ftoken',
    '%E0%A4%password',
  ])('when its name is %s', name => {
    expect(redactUrl(`/login?a=1&${name}=hunter2&b=2`)).toBe(`/login?a=1&${name}=[redacted]&b=2`);
  });

  test('up to the next &, = signs included', () => {
    expect(redactUrl('/?token=a=b==&c=1')).toBe('/?token=[redacted]&c=1');
  });

  test('each time its name comes', () => {
    expect(redactUrl('/?token=a&token=b')).toBe('/?token=[redacted]&token=[redacted]');
  });
});

describe('nothing is hidden', () => {
  test.each([
    '/orders',
    '/orders?',
    '/orders?user=7&page=2',
    '/orders?tokens=3',
    '/orders?passenger=7',
    '/orders?keyboard=1&coding=1&pinned=1',
    '/orders?user[name]=x',
    '/orders?token',
    '/orders?%zz=1',
    '/password=1/token=2',
  ])('in %s', url => {
    expect(redactUrl(url)).toBe(url);
  });
});

describe('the user of an absolute URL is hidden', () => {
  test.each([
    ['http://user:pass@host/path', 'http://[redacted]@host/path'],
    ['http://user@host', 'http://[redacted]@host'],
    ['http://user:p@ss@host/path', 'http://[redacted]@host/path'],
    ['http://user:pass@host?token=x', 'http://[redacted]@host?token=[redacted]'],
  ])('%s becomes %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });

  test('but not an @ in its path or its query', () => {
    expect(redactUrl('http://host/@user?mail=a@b')).toBe('http://host/@user?mail=a@b');
  });
});

describe('a long URL', () => {
  test('is kept up to 2,000 characters and cut beyond', () => {
    const longest = `/${'a'.repeat(1_999)}`;
    expect(redactUrl(longest)).toBe(longest);
    expect(redactUrl(`${longest}b`)).toBe(`${longest}…`);
  });

  test('does not grow beyond 2,000 characters by what is put in the place of its secrets', () => {
    const url = `/?${'pin=&'.repeat(399)}`;
    expect(url.length).toBeLessThan(2_000);
    expect(redactUrl(url)).toHaveLength(2_001);
    expect(redactUrl(url)).toMatch(/^\/\?(pin=\[redacted\]&)+.*…$/);
  });
});

describe('an URL inside a parameter', () => {
  const encoded = encodeURIComponent;
  test.each([
    ['in plain', 'http://ann:hush@shop/a'],
    ['encoded', encoded('http://ann:hush@shop/a')],
    ['encoded, beside broken encoding', `${encoded('http://ann:hush@shop/a')}%zz`],
    ['with a secret parameter', encoded('/a?b=1&token=hush')],
    ['with a secret behind its #', encoded('https://shop/#access_token=hush')],
    ['that is nothing but a query', encoded('?token=hush')],
    ['inside another one', encoded(`/a?next=${encoded('/b?token=hush')}`)],
    [
      'four deep, where all is hidden',
      ['a', 'b', 'c', 'd'].reduce((url, n) => `/${n}?x=${encoded(url)}`, '/e?token=hush'),
    ],
  ])('hides its own secrets: %s', (_how, next) => {
    const redacted = redactUrl(`/login?next=${next}&page=2`);
    expect(redacted).not.toContain('hush');
    expect(redacted).toMatch(/^\/login\?next=.*\[redacted\].*&page=2$/);
  });

  test('stays as it was written when nothing in it is secret', () => {
    const url = `/login?next=${encoded('https://shop/a?b=1#c')}&q=what%3F%20a=b`;
    expect(redactUrl(url)).toBe(url);
  });

  test('is dealt with in a moment, however it is nested', () => {
    const startedMs = performance.now();
    for (const part of ['/?a=', '/?a=http://', '?', 'a@', '%25']) redactUrl(`/?${part.repeat(500)}`);
    expect(performance.now() - startedMs).toBeLessThan(100);
  });
});

test('every user in an URL is hidden, not the first one alone', () => {
  expect(redactUrl('http://a:hush@x/?u=http://b:hush@y/')).not.toContain('hush');
});

describe('a cookie', () => {
  test.each([
    '__Host-session',
    '__Secure-sid',
    '_shop_session',
    'laravel_session',
    'koa.sess',
    'koa.sess.sig',
    'connect.sid',
    'next-auth.session-token',
    'XSRF-TOKEN',
    'remember_me',
  ])('%s is hidden, its name is not', name => {
    expect(redactHeader('cookie', `theme=dark; ${name}=hush`)).toBe(`theme=dark; ${name}=[redacted]`);
  });

  test.each(['theme', 'side', 'author', '__Host-theme'])('%s is not', name => {
    expect(redactHeader('cookie', `${name}=dark`)).toBe(`${name}=dark`);
  });
});

describe('a name', () => {
  const more = new Set([normalisedName('Customer-No')]);

  test.each(['customerNo', 'customer_no', '$CUSTOMER-NO', 'order.customer_no', 'password'])('%s is a secret', name => {
    expect(isSecretName(name, more)).toBe(true);
  });

  test.each(['customer', 'customerNos', 'no'])('%s is not', name => {
    expect(isSecretName(name, more)).toBe(false);
  });
});
