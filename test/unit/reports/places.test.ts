import { expect, test } from 'vitest';
import { placeOf, shownFile } from '../../../sidecar/reports/places';
import { frame } from '../samples';

test.each([
  ['/srv/shop/src/a.ts', 'src/a.ts'],
  ['/srv/shop', '/srv/shop'],
  ['/srv/shop2/a.ts', '/srv/shop2/a.ts'],
  ['/srv/a.ts', '/srv/a.ts'],
])('the file %s is shown from the working directory /srv/shop as %s', (file, expected) => {
  expect(shownFile(file, '/srv/shop')).toBe(expected);
});

test.each([
  [frame(), 'src/orders.ts:17 listOrders'],
  [frame({ functionName: '' }), 'src/orders.ts:17 (anonymous)'],
  [frame({ file: '/srv/shop/a.wasm', line: 0 }), 'a.wasm listOrders'],
  [frame({ file: '', functionName: 'RegExp.test' }), 'RegExp.test'],
])('the place of %j is shown as %s', (at, expected) => {
  expect(placeOf(at, '/srv/shop')).toBe(expected);
});
