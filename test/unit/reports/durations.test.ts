import { expect, test } from 'vitest';
import { shortDuration } from '../../../sidecar/reports/durations';

test.each([
  [0, '0 ms'],
  [412.4, '412 ms'],
  [999.4, '999 ms'],
  [999.5, '1.0 s'],
  [1_234, '1.2 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [25_400, '25 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_500, '60 min 0 s'],
])('%d ms are in short %s', (durationMs, expected) => {
  expect(shortDuration(durationMs)).toBe(expected);
});
