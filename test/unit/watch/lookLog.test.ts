import { beforeEach, describe, expect, test } from 'vitest';
import { LookLog, type Sight } from '../../../sidecar/watch/lookLog';
import { frame } from '../samples';

const NEVER_MS = Number.POSITIVE_INFINITY;
const waiting: Sight = { cause: 'waiting', frame: frame({ line: 8 }), wait: 'query' };
const computing: Sight = { cause: 'computing', frame: frame({ line: 3 }) };

describe('the looks at a request', () => {
  let log: LookLog;

  beforeEach(() => {
    log = new LookLog();
  });

  /** Looks if it is time to. @returns whether it was */
  function heard(ageMs: number, { hungMs = NEVER_MS, sight = waiting, hasEnded = false } = {}): boolean {
    if (!log.isDue(ageMs, hungMs, hasEnded)) return false;
    log.add(ageMs, hungMs, sight);
    return true;
  }

  test('come with the first report and then every 1,000 ms', () => {
    expect([300, 1_299, 1_300, 2_299, 2_300].map(ageMs => heard(ageMs))).toEqual([true, false, true, false, true]);
  });

  test('keep to the second of the first, however late one was', () => {
    expect([300, 1_390, 2_299, 2_300].map(ageMs => heard(ageMs))).toEqual([true, true, false, true]);
  });

  test('are not made up for when the app did not answer for 3 s, nor follow at once', () => {
    expect([300, 4_200, 4_201, 4_300, 5_299, 5_300].map(ageMs => heard(ageMs))).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(log.shares()).toMatchObject([{ looks: 3 }]);
  });

  test('are 10, the 11th is not taken', () => {
    const ages = Array.from({ length: 11 }, (_, index) => 300 + index * 1_000);
    expect(ages.map(ageMs => heard(ageMs)).lastIndexOf(true)).toBe(9);
    expect(log.looks).toMatchObject([{ atMs: 300, sameForMs: 9_000, count: 10 }]);
    expect(heard(20_000, { hasEnded: true })).toBe(false);
  });

  test('are one more at the hung level, and only one', () => {
    for (let ageMs = 300; ageMs < 20_000; ageMs += 100) heard(ageMs, { hungMs: 25_000 });
    expect([24_999, 25_000, 25_001, 60_000].map(ageMs => heard(ageMs, { hungMs: 25_000 }))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(log.looks).toMatchObject([{ count: 11, sameForMs: 24_700 }]);
  });

  test('at the hung level do not move the others', () => {
    const hungMs = 1_000;
    expect([300, 999, 1_000, 1_299, 1_300].map(ageMs => heard(ageMs, { hungMs }))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('are one when a request is hung by the time it is slow', () => {
    expect([1_000, 1_001].map(ageMs => heard(ageMs, { hungMs: 1_000 }))).toEqual([true, false]);
  });

  test('end with one for the last half second or more, and have one in any case', () => {
    expect([300, 799, 800].map((ageMs, index) => heard(ageMs, { hasEnded: index > 0 }))).toEqual([true, false, true]);
    log = new LookLog();
    expect(heard(310, { hasEnded: true })).toBe(true);
  });

  test.each<[string, Sight]>([
    ['cause', { ...waiting, cause: 'heldUp' }],
    ['line', { ...waiting, frame: frame({ line: 9 }) }],
    ['file', { ...waiting, frame: frame({ line: 8, file: '/srv/shop/src/other.ts' }) }],
    ['wait', { ...waiting, wait: 'another query' }],
    ['frame', { cause: 'waiting', wait: 'query' }],
  ])('that differ by their %s are not folded', (_what, other) => {
    heard(300);
    heard(1_300, { sight: other });
    expect(log.looks).toHaveLength(2);
  });

  test('that found the same are folded, also where V8 stopped elsewhere in the line', () => {
    heard(300);
    heard(1_300, { sight: { ...waiting, frame: frame({ line: 8, column: 99 }) } });
    heard(2_300, { sight: computing });
    heard(3_300);
    expect(log.looks).toMatchObject([
      { atMs: 300, sameForMs: 1_000, count: 2, cause: 'waiting' },
      { atMs: 2_300, sameForMs: 0, count: 1, cause: 'computing' },
      { atMs: 3_300, sameForMs: 0, count: 1, cause: 'waiting' },
    ]);
  });

  test('that were given are not changed by later ones', () => {
    heard(300);
    const given = log.looks;
    heard(1_300);
    expect(given).toMatchObject([{ count: 1, sameForMs: 0 }]);
  });

  test('tell their share of each place, most first', () => {
    const noFrame: Sight = { cause: 'waiting', wait: 'data from 127.0.0.1:5432' };
    const sights = [computing, waiting, waiting, { ...waiting, wait: 'commit' }, noFrame];
    for (const [index, sight] of sights.entries()) heard(300 + index * 1_000, { sight });
    expect(log.shares()).toMatchObject([
      { share: 0.6, looks: 3, cause: 'waiting', frame: { line: 8 } },
      { share: 0.2, looks: 1, cause: 'computing', frame: { line: 3 } },
      { share: 0.2, looks: 1, cause: 'waiting', wait: 'data from 127.0.0.1:5432' },
    ]);
  });

  test('have no share before there is one', () => {
    expect(log.shares()).toEqual([]);
  });
});
