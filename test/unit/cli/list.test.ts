import { expect, test } from 'vitest';
import { ago } from '../../../sidecar/cli/list';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test.each([
  [-5 * SECOND_MS, '0 s ago'],
  [0, '0 s ago'],
  [59 * SECOND_MS, '59 s ago'],
  [59.4 * SECOND_MS, '59 s ago'],
  [59.5 * SECOND_MS, '1 min ago'],
  [60 * SECOND_MS, '1 min ago'],
  [119 * SECOND_MS, '1 min ago'],
  [59 * MINUTE_MS + 59 * SECOND_MS, '59 min ago'],
  [60 * MINUTE_MS, '1 h ago'],
  [23 * HOUR_MS + 59 * MINUTE_MS + 59 * SECOND_MS, '23 h ago'],
  [24 * HOUR_MS, '1 d ago'],
  [47 * HOUR_MS, '1 d ago'],
  [100 * DAY_MS, '100 d ago'],
])('a process that started %d ms before is shown as started %s', (durationMs, expected) => {
  expect(ago(durationMs)).toBe(expected);
});
