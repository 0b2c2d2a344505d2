import { expect, test } from 'vitest';
import { framesOfText } from '../../../sidecar/agent/stackText';

test('the text of a stack is read frame by frame, without the message above it', () => {
  const text = [
    'TimeboxError: at most (200 ms)',
    '    at listOrders (/srv/shop/orders.js:17:22)',
    '    at async Object.handler (file:///srv/my%20shop/server.mjs:9:3)',
    '    at /srv/shop/server.js:41:18',
    '    at Object.<anonymous> (C:\\shop (old)\\server.js:3:1)',
    '    at Array.map (<anonymous>)',
    '    at new Shop (node:internal/shop:1:2)',
  ].join('\n');
  expect(framesOfText(text).map(({ functionName, file, line, column }) => [functionName, file, line, column])).toEqual([
    ['listOrders', '/srv/shop/orders.js', 17, 22],
    ['handler', 'file:///srv/my%20shop/server.mjs', 9, 3],
    ['', '/srv/shop/server.js', 41, 18],
    ['', 'C:\\shop (old)\\server.js', 3, 1],
    ['Array.map', '', 0, 0],
    ['new Shop', 'node:internal/shop', 1, 2],
  ]);
  expect(framesOfText(text).map(({ isAsync }) => isAsync)).toEqual([false, true, false, false, false, false]);
});

test('is what V8 writes', () => {
  const [first] = framesOfText(new Error('here').stack ?? '');
  expect(first?.file).toMatch(/stackText\.test\.ts$/);
  expect(first?.line).toBeGreaterThan(0);
});

test.each(['', 'no stack', 'at ', '    at x (/a.js:NaN:1)', '    at x (/a.js:1e99:1)', '    at ::::'])(
  'text of another form gives no place: %j',
  text => {
    expect(framesOfText(text).filter(({ line }) => line > 0)).toEqual([]);
  },
);

test('a long text is cut', () => {
  expect(framesOfText('    at f (/a.js:1:1)\n'.repeat(10_000))).toHaveLength(40);
});
