import { describe, expect, test } from 'vitest';
import type { PendingWait } from '../../../sidecar/agent/reports';
import { WaitTally } from '../../../sidecar/watch/waitTally';

function wait(id: number, startedAtMs: number, line: number, changes: Partial<PendingWait> = {}): PendingWait {
  const frames = [{ functionName: 'f', file: '/srv/app.js', line, column: 1, isAsync: false }];
  return { id, kind: 'socket', label: 'data', startedAtMs, frames, ...changes };
}

describe('the operation waited for longest', () => {
  test('is none when none was ever seen pending', () => {
    const tally = new WaitTally();
    expect(tally.longest()).toBeUndefined();
    tally.credit([], 1_000);
    expect(tally.longest()).toBeUndefined();
  });

  test('is credited from its start when it is seen first, then with the time between looks', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 400, 7)], 1_000);
    tally.credit([wait(1, 400, 7)], 1_100);
    expect(tally.longest()).toMatchObject({ creditedMs: 700, count: 1 });
  });

  test('is the first in the list alone: the others are not what is waited for', () => {
    const tally = new WaitTally();
    tally.credit([wait(2, 900, 8), wait(1, 0, 7)], 1_000);
    expect(tally.longest()).toMatchObject({ wait: { id: 2 }, creditedMs: 100 });
  });

  test('adds up the operations of one place in the code, one after the other', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 0, 7)], 100);
    tally.credit([wait(2, 150, 7)], 200);
    tally.credit([wait(3, 260, 7)], 300);
    expect(tally.longest()).toMatchObject({ wait: { id: 3 }, creditedMs: 100 + 50 + 40, count: 3 });
  });

  test('gets no credit for the time in which nothing was pending', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 0, 7)], 100);
    tally.credit([], 500);
    tally.credit([wait(1, 0, 7)], 600);
    expect(tally.longest()).toMatchObject({ creditedMs: 200 });
  });

  test('stays the one that was longest when another comes', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 0, 7)], 500);
    tally.credit([wait(2, 500, 8)], 900);
    expect(tally.longest()).toMatchObject({ wait: { id: 1 }, creditedMs: 500 });
    tally.credit([wait(2, 500, 8)], 1_001);
    expect(tally.longest()).toMatchObject({ wait: { id: 2 }, creditedMs: 501 });
  });

  test('is told apart by kind, and without a stack by label', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 0, 7, { kind: 'timer' })], 300);
    tally.credit([wait(2, 300, 7, { kind: 'socket' })], 400);
    tally.credit([wait(3, 400, 7, { frames: [], label: 'a' })], 500);
    tally.credit([wait(4, 500, 7, { frames: [], label: 'b' })], 600);
    expect(tally.longest()).toMatchObject({ wait: { kind: 'timer' }, creditedMs: 300, count: 1 });
  });

  test('gets no negative credit when the clocks differ', () => {
    const tally = new WaitTally();
    tally.credit([wait(1, 1_005, 7)], 1_000);
    tally.credit([wait(1, 1_005, 7)], 999);
    expect(tally.longest()).toMatchObject({ creditedMs: 0 });
  });
});
