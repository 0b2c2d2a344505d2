import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { RequestTable } from '../../../sidecar/agent/requests';
import { pathOf, routeOf, templated } from '../../../sidecar/agent/routes';
import type { Load } from '../../../sidecar/agent/runtime';

const load: Load = createRequire(import.meta.url);

describe('the template of a path', () => {
  test.each([
    ['a number', '7'],
    ['a long number', '12345678901234567890'],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000'],
    ['a UUID in capitals', '123E4567-E89B-12D3-A456-426614174000'],
    ['a UUID without a decimal digit', 'abcdefab-cdef-abcd-efab-cdefabcdefab'],
    ['16 hexadecimal digits', 'deadbeefdeadbeef'],
    ['20 word characters with a digit', 'abcdefghij_-~ABCDEF1'],
  ])('names %s :id', (_what, segment) => {
    expect(templated(`/orders/${segment}/lines`)).toBe('/orders/:id/lines');
  });

  test.each([
    ['a word', 'orders'],
    ['a number with a sign', '-7'],
    ['15 hexadecimal digits', 'deadbeefdeadbee'],
    ['16 characters of which one is no hexadecimal digit', 'deadbeefdeadbeeg'],
    ['19 word characters with a digit', 'abcdefghij_-~ABCDE1'],
    ['20 word characters without a digit', 'abcdefghij_-~ABCDEFG'],
    ['20 characters of which one is no word character', 'abcdefghij.-~ABCDEF1'],
    ['the groups of a UUID without a decimal digit when one is too short', 'abcdefab-cdef-abcd-efab-cdefabcdefa'],
    ['the groups of a UUID without a decimal digit when one has a g', 'gbcdefab-cdef-abcd-efab-cdefabcdefab'],
  ])('keeps %s', (_what, segment) => {
    expect(templated(`/orders/${segment}`)).toBe(`/orders/${segment}`);
  });

  test('leaves out the query and the fragment', () => {
    expect(templated('/orders/7?user=7')).toBe('/orders/:id');
    expect(templated('/orders#7?a')).toBe('/orders');
  });

  test('of an empty path is a slash', () => {
    expect(templated('')).toBe('/');
    expect(templated('?a=1')).toBe('/');
    expect(templated('/')).toBe('/');
  });

  test('keeps slashes that stand together or at the end', () => {
    expect(templated('//orders//7/')).toBe('//orders//:id/');
  });

  test('has 20 segments at the most, the empty one before the first slash among them', () => {
    expect(templated('/a'.repeat(19))).toBe('/a'.repeat(19));
    expect(templated('/a'.repeat(20))).toBe(`${'/a'.repeat(19)}/…`);
  });

  test('is made from the first 300 characters', () => {
    expect(templated(`/${'x'.repeat(299)}`)).toBe(`/${'x'.repeat(299)}`);
    expect(templated(`/${'x'.repeat(300)}`)).toBe(`/${'x'.repeat(299)}`);
  });
});

describe('the route of a request', () => {
  test('is what the framework told', () => {
    const record = recordOf('/orders/7', { route: { path: '/express/:id' } });
    record.route = '/orders/:orderId';
    expect(routeOf(load, record)).toBe('/orders/:orderId');
  });

  test('is the template of its path when no framework says more', () => {
    expect(routeOf(load, recordOf('/orders/7?a=1'))).toBe('/orders/:id');
  });

  test.each([
    ['a string', '/:id', '/orders/:id'],
    ['a regular expression', /\d+/, '/orders/\\d+/'],
    ['a list of both', ['/:id', /x/], '/orders/:id | /x/'],
    ['a list with something else', ['/:id', 5], '/orders/:id | ?'],
  ])("is Express's pattern behind the path it is mounted at: %s", (_what, path, expected) => {
    expect(routeOf(load, recordOf('/orders/7', { route: { path }, baseUrl: '/orders' }))).toBe(expected);
  });

  test('templates the ids in the path an Express router is mounted at', () => {
    expect(routeOf(load, recordOf('/shops/7/orders', { route: { path: '/orders' }, baseUrl: '/shops/7' }))).toBe(
      '/shops/:id/orders',
    );
  });

  test('has 300 characters at the most', () => {
    const routeFor = (length: number) =>
      routeOf(load, recordOf('/', { route: { path: 'a'.repeat(length) }, baseUrl: '' }));
    expect(routeFor(300)).toHaveLength(300);
    expect(routeFor(301)).toHaveLength(300);
  });

  test('is found without running a getter or a proxy of the app', () => {
    let ran = 0;
    const getter = {
      get path() {
        ran += 1;
        return '/getter';
      },
    };
    const proxy = new Proxy(getter, {
      getOwnPropertyDescriptor: (target, key) => {
        ran += 1;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
    expect(routeOf(load, recordOf('/a', { route: getter }))).toBe('/a');
    expect(routeOf(load, recordOf('/b', { route: proxy }))).toBe('/b');
    expect(ran).toBe(0);
  });
});

/** Real objects of node:http, as a framework finds them. */
function recordOf(url: string, frameworksOwn: object = {}) {
  const request = Object.assign(new IncomingMessage(new Socket()), { url, method: 'GET' }, frameworksOwn);
  const opening = { startedMs: 0, busyAtStartMs: 0, sharedAtStartMs: 0 };
  return new RequestTable().start(request, new ServerResponse(request), opening);
}

test.each([
  ['/orders/7?a=1#b', '/orders/7'],
  ['http://ann:hush@shop.example:81/orders/7?a=1', '/orders/7'],
  ['http://ann:hush@shop.example', '/'],
  ['http://shop.example?a=1', '/'],
  ['/proxy/http://a/b', '/proxy/http://a/b'],
  ['*', '*'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});
