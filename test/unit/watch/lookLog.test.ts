import { beforeEach, describe, expect, test } from 'vitest';
import { LookLog, type Sight } from '../../../sidecar/watch/lookLog';
import { frame } from '../samples';

const HUNG_MS = 25_000;
const WAITS: Sight = { cause: 'waiting', frame: frame(), wait: 'timer of 1 ms' };
const COMPUTES: Sight = { cause: 'computing', frame: frame({ line: 30 }), wait: undefined };

describe('the looks at a request', () => {
  let log: LookLog;
  const look = (ageMs: number, sight = WAITS) => {
    const isDue = log.isDue(ageMs, HUNG_MS);
    if (isDue) log.add(ageMs, HUNG_MS, sight);
    return isDue;
  };

  beforeEach(() => {
    log = new LookLog();
  });

  test('begin at once and come every second', () => {
    expect([500, 501, 1_499.9, 1_500, 2_499, 2_500].map(ageMs => look(ageMs))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  test('are ten, and one more when the request hangs', () => {
    for (let second = 1; second <= 10; second += 1) expect(look(second * 1_000)).toBe(true);
    expect(look(11_000)).toBe(false);
    expect(look(24_999.9)).toBe(false);
    expect(look(25_000)).toBe(true);
    expect(look(26_000)).toBe(false);
    expect(log.looks).toMatchObject([{ count: 11, atMs: 1_000, sameForMs: 24_000 }]);
  });

  test('are one for all that were due while the app did not answer', () => {
    look(1_000);
    look(4_700);
    expect(look(5_000)).toBe(false);
    expect(look(5_700)).toBe(true);
  });

  test('that find the same are told as one', () => {
    look(1_000);
    look(2_000, { ...WAITS, wait: 'timer of 2 ms' });
    look(3_000, COMPUTES);
    look(4_000);
    expect(log.looks).toMatchObject([
      { atMs: 1_000, sameForMs: 1_000, count: 2, cause: 'waiting', wait: 'timer of 2 ms' },
      { atMs: 3_000, sameForMs: 0, count: 1, cause: 'computing' },
      { atMs: 4_000, sameForMs: 0, count: 1, cause: 'waiting' },
    ]);
  });

  test('add up to shares of the places they found', () => {
    look(1_000, COMPUTES);
    look(2_000);
    look(3_000);
    look(4_000, COMPUTES);
    look(5_000);
    expect(log.shares).toMatchObject([
      { share: 0.6, looks: 3, cause: 'waiting', wait: 'timer of 1 ms' },
      { share: 0.4, looks: 2, cause: 'computing' },
    ]);
  });

  test('are none in the beginning', () => {
    expect(log.isEmpty).toBe(true);
    expect(log.shares).toEqual([]);
  });
});
