import { describe, expect, test } from 'vitest';
import { redactUrl } from '../../../sidecar/agent/redaction';

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
