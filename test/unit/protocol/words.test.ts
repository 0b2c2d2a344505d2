import { expect, test } from 'vitest';
import { exactMs, foldedText } from '../../../sidecar/protocol/words';
import { frame } from '../samples';

const inExpress = frame({ origin: 'package', packageName: 'express', file: '/srv/shop/node_modules/express/a.js' });
const inNode = frame({ origin: 'node', file: 'node:http' });

test.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [999.5, '1,000 ms'],
  [1_204, '1,204 ms'],
  [1_234_567.4, '1,234,567 ms'],
])('%d ms are exactly %s', (durationMs, expected) => {
  expect(exactMs(durationMs)).toBe(expected);
});

test.each([
  ['1 frame of Node.js', [inNode]],
  ['2 frames of Node.js', [inNode, inNode]],
  ['2 frames of express, 1 of Node.js', [inExpress, inNode, inExpress]],
  ['1 frame of a package', [frame({ origin: 'package' })]],
  ['1 frame of native code', [frame({ origin: 'native', functionName: '' })]],
])('frames that are not of the user are folded to "%s"', (expected, frames) => {
  expect(foldedText(frames)).toBe(expected);
});
