import { describe, expect, test } from 'vitest';
import { compareProfiles } from '../../../sidecar/profiles/comparison';
import { comparisonText } from '../../../sidecar/profiles/comparisonText';
import { profileOf } from './profiles';

const before = profileOf([
  [['handler', 'listOrders', 'waiting: pg query'], 300_000],
  [['handler', 'render'], 20_000],
  [['handler', 'gone'], 5_000],
]);
const after = profileOf([
  [['handler', 'added'], 8_000],
  [['handler', 'listOrders', 'waiting: pg query'], 12_000],
  [['handler', 'render'], 20_000],
]);
before.lines = [{ file: '/srv/server.js', line: 10, selfUs: 20_000, sourceLine: 'render(rows)', frame: 0 }];
after.lines = [{ file: '/srv/server.js', line: 14, selfUs: 21_000, sourceLine: 'render(rows)', frame: 0 }];

describe('two profiles of one route', () => {
  test('are compared by function, the largest change first, however the lines moved', () => {
    const { functions, lines } = compareProfiles(before, after);
    expect(functions.map(({ name, beforeUs, afterUs }) => [name, beforeUs, afterUs])).toEqual([
      ['waiting: pg query', 300_000, 12_000],
      ['added', 0, 8_000],
      ['gone', 5_000, 0],
      ['render', 20_000, 20_000],
    ]);
    expect(lines).toEqual([
      { name: 'render(rows)', file: '/srv/server.js', line: 14, beforeUs: 20_000, afterUs: 21_000 },
    ]);
  });

  test('are told as text', () => {
    const text = comparisonText(before, after);
    expect(text).toMatch(/^Before {2}GET \/orders\/7 {2}325 ms/);
    expect(text).toContain('   325.0 ms     40.0 ms   -285.0 ms   -88 %  in all');
    expect(text).toMatch(/\n {3}300\.0 ms {5}12\.0 ms {3}-288\.0 ms {3}-96 % {2}waiting: pg query\n/);
    expect(text).toMatch(/\n {5}0\.0 ms {6}8\.0 ms {5}\+8\.0 ms {5}new {2}added +server\.js:\d+\n/);
  });

  test('that are the same have changed by nothing', () => {
    expect(compareProfiles(before, before).functions.every(row => row.beforeUs === row.afterUs)).toBe(true);
  });
});
