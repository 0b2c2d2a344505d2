import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import util, { inspect, types } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ValueText } from '../../../sidecar/agent/valueText';

const text = (value: unknown, name = 'it') => new ValueText(util, () => false).of(name, value);

describe('a value is written much as in JavaScript', () => {
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [-0, '-0'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [17n, '17n'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [Symbol('s'), 'Symbol(s)'],
    [function named() {}, '[function named]'],
    [[], '[]'],
    [[1, 'a'], '[1, "a"]'],
    [Object.assign(new Array(2), { 1: 1 }), '[empty, 1]'],
    [{}, '{}'],
    [{ a: 1, b: { c: [2] } }, '{ a: 1, b: { c: [2] } }'],
    [Object.create(null, { a: { value: 1, enumerable: true } }), '{ a: 1 }'],
    [
      new (class Order {
        id = 7;
      })(),
      'Order { id: 7 }',
    ],
    [Object.create(Object.create(new Date(0)), { a: { value: 1, enumerable: true } }), 'Date { a: 1 }'],
    [new Map([['a', 1]]), 'Map { "a" => 1 }'],
    [new Set(['a']), 'Set { "a" }'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [/a+/g, '/a+/'],
    [new TypeError('not so'), 'TypeError: not so'],
    [Promise.resolve(1), 'Promise'],
    [Buffer.alloc(3), 'Buffer of 3 bytes'],
    [new Float64Array(2), 'Float64Array of 16 bytes'],
    [new ArrayBuffer(2), 'ArrayBuffer'],
    [new WeakMap(), 'WeakMap'],
    [new PassThrough(), 'PassThrough'],
    [
      Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/a?token=x' }),
      'IncomingMessage GET /a?token=[redacted]',
    ],
    [new ServerResponse(new IncomingMessage(new Socket())), 'ServerResponse'],
  ])('%o', (value, expected) => {
    expect(text(value)).toBe(expected);
  });
});

describe('what is left out says by which limit', () => {
  test('depth', () => {
    expect(text({ a: { b: { c: { d: 1 } } } })).toBe('{ a: { b: { c: Object (not captured: depth) } } }');
    expect(text({ a: { b: { c: 1 } } })).toBe('{ a: { b: { c: 1 } } }');
  });

  test('items of a list, an object, a map and a set', () => {
    const ten = Array.from({ length: 10 }, (_, index) => index);
    expect(text(ten)).not.toContain('not captured');
    expect(text([...ten, 10])).toMatch(/9, \(not captured: items, 1 more\)\]$/);
    expect(text(Object.fromEntries([...ten, 10].map(key => [`k${key}`, 1])))).toMatch(
      /\(not captured: items, 1 more\) }$/,
    );
    expect(text(new Map([...ten, 10, 11].map(key => [key, 1])))).toMatch(/\(not captured: items, 2 more\) }$/);
    expect(text(new Set([...ten, 10]))).toMatch(/\(not captured: items, 1 more\) }$/);
  });

  test('length of a text', () => {
    expect(text('x'.repeat(200))).toBe(`"${'x'.repeat(200)}"`);
    expect(text('x'.repeat(201))).toBe(`"${'x'.repeat(200)}" (not captured: length, 201 characters)`);
    expect(text('x'.repeat(1_000_001))).toBe('(not captured: length, 1000001 characters)');
  });

  test('length of a number', () => {
    expect(text(2n ** 63n - 1n)).toBe('9223372036854775807n');
    expect(text(2n ** 63n)).toBe('(not captured: length, over 64 bits)');
  });

  test('length of the whole', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? 'y'.repeat(150) : Array.from({ length: 10 }, () => wide(depth - 1));
    const written = text(wide(3));
    expect(written).toContain('(not captured: length)');
    expect(written.length).toBeLessThan(4_000);
  });

  test('time', () => {
    let left = 3;
    const hurried = new ValueText(util, () => --left < 0);
    expect(hurried.of('it', [1, 2, 3])).toBe('[1, 2, (not captured: time)]');
  });

  test('circles', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(text(circle)).toBe('{ self: circular }');
  });
});

describe('no code of the app runs', () => {
  const trap = (..._: unknown[]) => {
    throw new Error('ran');
  };

  test('no getter', () => {
    expect(
      text({
        get a() {
          return trap();
        },
      }),
    ).toBe('{ a: (not captured: getter) }');
    expect(text(Object.defineProperty([1], 0, { get: trap }))).toBe('[(not captured: getter)]');
  });

  test('no trap of a proxy, also of one it inherits from', () => {
    const names = Reflect.ownKeys(Reflect) as (keyof ProxyHandler<object>)[];
    const proxy = new Proxy({}, Object.fromEntries(names.map(name => [name, trap])));
    expect(types.isProxy(proxy)).toBe(true);
    expect(text(proxy)).toBe('(not captured: proxy)');
    expect(text(Object.create(proxy, { a: { value: 1, enumerable: true } }))).toBe('{ a: 1 }');
  });

  test('no method', () => {
    const methods = { toString: trap, toJSON: trap, [Symbol.toPrimitive]: trap, [inspect.custom]: trap };
    expect(text(methods)).toMatch(/^{ toString: \[function trap\], toJSON: \[function trap\] }$/);
    class Tricky extends Map {
      override forEach = trap;
      override get size(): number {
        return trap();
      }
    }
    expect(text(new Tricky().set(1, 2))).toBe('Map { 1 => 2 }');
  });
});

describe('secrets are hidden', () => {
  test.each<[string, unknown, string]>([
    ['apiKey', 'hunter2', '[redacted]'],
    ['login', { user: 'ann', password: 'hunter2' }, '{ user: "ann", password: [redacted] }'],
    ['map', new Map([['password', 'hunter2']]), 'Map { "password" => [redacted] }'],
    ['headers', ['Host', 'shop', 'Authorization', 'Basic hunter2'], '["Host", "shop", "Authorization", [redacted]]'],
    ['entries', [['password', 'hunter2']], '[["password", [redacted]]]'],
    ['field', { name: 'password', value: 'hunter2' }, '{ name: "password", value: [redacted] }'],
    ['body', '{"password":"hunter2"}', '"{\\"password\\":\\"[redacted]\\"}"'],
    ['error', new Error('password=hunter2'), 'Error: password=[redacted]'],
    ['header', 'Bearer hunter2', '"Bearer [redacted]"'],
  ])('%s', (name, value, expected) => {
    expect(text(value, name)).toBe(expected);
  });
});
