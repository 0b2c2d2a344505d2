import { expect, test } from 'vitest';
import { variableLines } from '../../../sidecar/reports/variableLines';
import { frame } from '../samples';

const read = { atMs: 1_204, pauseMs: 4.2, enableMs: 18 };

test('variables stand below their frames, innermost first', () => {
  const frames = [
    { frame: frame(), variables: [{ name: 'user', value: '"ann"' }], notCaptured: '(not captured: items, 3 more)' },
    { frame: frame({ functionName: '', line: 41 }), variables: [] },
    { frame: frame({ line: 42 }), variables: [], notCaptured: '(not captured: another context)' },
  ];
  expect(variableLines({ variables: { ...read, frames } }, '/srv/shop')).toEqual([
    'Variables after 1,204 ms (read in a pause of 4 ms, prepared in 18 ms)',
    '  src/orders.ts:17 listOrders',
    '    user = "ann"',
    '    (not captured: items, 3 more)',
    '  src/orders.ts:41 (anonymous)',
    '    no arguments or variables',
    '  src/orders.ts:42 listOrders',
    '    (not captured: another context)',
  ]);
});

test('it is said what `undefined` may mean', () => {
  const frames = [{ frame: frame(), variables: [{ name: 'user', value: 'undefined' }] }];
  expect(variableLines({ variables: { ...read, frames } }, '/srv/shop').at(-1)).toMatch(/undefined may also be/);
});

test('a stack without code of the user says so', () => {
  expect(variableLines({ variables: { ...read, frames: [] } }, '/srv/shop').at(-1)).toBe(
    '  None of your own code was on the stack.',
  );
  expect(variableLines({}, '/srv/shop')).toEqual([]);
});
