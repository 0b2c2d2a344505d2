import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, test } from 'vitest';
import { redactAlso, redactHeader } from '../../../sidecar/agent/redaction';
import { detailsOf } from '../../../sidecar/agent/requestDetails';
import type { RequestRecord } from '../../../sidecar/agent/requests';

const load = createRequire(import.meta.url);

function details(rawHeaders: unknown, url = '/', socket: object = {}) {
  const request = { rawHeaders, socket } as unknown as IncomingMessage;
  return detailsOf(load, { request, url } as RequestRecord);
}

describe('the details of a request', () => {
  test('are its headers as they were sent, in their order', () => {
    expect(details(['X-B', '1', 'x-a', '2', 'X-B', '3']).headers).toEqual([
      { name: 'X-B', value: '1' },
      { name: 'x-a', value: '2' },
      { name: 'X-B', value: '3' },
    ]);
  });

  test('name the address that the client asked for', () => {
    expect(details(['Host', 'shop.example:81']).origin).toBe('http://shop.example:81');
    expect(details(['host', 'shop.example'], '/', { encrypted: true }).origin).toBe('https://shop.example');
    expect(details([])).not.toHaveProperty('origin');
  });

  test.each([
    ['ann:hush@shop.example', 'http://[redacted]@shop.example'],
    ['shop.example/?token=hush', 'http://shop.example/?token=[redacted]'],
    ['x'.repeat(255), `http://${'x'.repeat(255)}`],
    ['x'.repeat(256), `http://${'x'.repeat(255)}`],
    ['shop\u00a0.example', undefined],
    ['shop .example', undefined],
  ])('name no address that hides something: %s', (host, origin) => {
    expect(details(['Host', host]).origin).toBe(origin);
  });

  test('hide what is secret in an URL that is a parameter', () => {
    const next = encodeURIComponent('https://ann:hush@shop/?token=hush&a=1');
    expect(details([], `/?next=${next}`).query).toEqual([
      { name: 'next', value: 'https://[redacted]@shop/?token=[redacted]&a=1' },
    ]);
  });

  test('are its query, decoded, with every parameter that comes twice', () => {
    expect(details([], '/find?q=a+b%20c&q=%C3%A9&empty&=x&&bad=%zz').query).toEqual([
      { name: 'q', value: 'a b c' },
      { name: 'q', value: 'é' },
      { name: 'empty', value: '' },
      { name: '', value: 'x' },
      { name: 'bad', value: '%zz' },
    ]);
  });

  test('hide secret parameters', () => {
    expect(details([], '/?user=7&access%5Ftoken=hush').query).toEqual([
      { name: 'user', value: '7' },
      { name: 'access_token', value: '[redacted]' },
    ]);
  });

  test.each([
    [50, 50],
    [51, 50],
  ])('of %i headers and parameters are %i', (sent, told) => {
    const pairs = Array.from({ length: sent }, (_, index) => `p${index}=1`).join('&');
    expect(
      details(
        Array.from({ length: 2 * sent }, () => 'x'),
        `/?${pairs}`,
      ).headers,
    ).toHaveLength(told);
    expect(details([], `/?${pairs}`).query).toHaveLength(told);
  });

  test('are cut after 500 characters of a value', () => {
    expect(details(['a', 'x'.repeat(500)]).headers[0]?.value).toHaveLength(500);
    expect(details(['a', 'x'.repeat(501)]).headers[0]?.value).toBe(`${'x'.repeat(500)}…`);
  });

  test('run no code of the app', () => {
    const hostile = new Proxy([], { get: () => expect.unreachable(), has: () => expect.unreachable() });
    expect(details(hostile).headers).toEqual([]);
    const getter = Object.defineProperty({}, 'rawHeaders', { get: () => expect.unreachable() });
    expect(detailsOf(load, { request: getter, url: '/' } as RequestRecord).headers).toEqual([]);
    expect(details('text').headers).toEqual([]);
    expect(details(['only a name']).headers).toEqual([]);
  });
});

describe('the value of a header', () => {
  afterEach(() => redactAlso([]));

  test.each([
    ['Authorization', 'Bearer hush', 'Bearer [redacted]'],
    ['authorization', 'hush', '[redacted]'],
    ['Proxy-Authorization', 'Basic hush', 'Basic [redacted]'],
    ['X-Api-Key', 'hush', '[redacted]'],
    ['Set-Cookie', 'sid=hush', '[redacted]'],
    ['Cookie', 'theme=dark; sid=hush; a_token=hush', 'theme=dark; sid=[redacted]; a_token=[redacted]'],
    [
      'Referer',
      'https://ann:hush@shop.example/?token=hush&a=1',
      'https://[redacted]@shop.example/?token=[redacted]&a=1',
    ],
    ['X-Original-Url', '/cart?token=hush', '/cart?token=[redacted]'],
    ['Accept', 'text/html', 'text/html'],
    ['X-Passenger', 'ann', 'ann'],
  ])('%s: %s is told as %s', (name, value, expected) => {
    expect(redactHeader(name, value)).toBe(expected);
  });

  test('is hidden when the user says so, however the name is written', () => {
    redactAlso(['shop_Customer-id']);
    expect(redactHeader('Shop-Customer-ID', '7')).toBe('[redacted]');
    expect(redactHeader('Shop-Customer', '7')).toBe('7');
  });
});
