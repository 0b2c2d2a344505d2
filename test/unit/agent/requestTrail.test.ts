import { describe, expect, test } from 'vitest';
import { RequestTrail } from '../../../sidecar/agent/requestTrail';
import type { Wait, WaitProbe } from '../../../sidecar/agent/waitList';

function wait(startedMs: number, kind: WaitProbe['kind'], isOver: () => boolean): Wait {
  const probe: WaitProbe = { kind, isPending: () => !isOver(), describe: () => kind };
  return { id: startedMs, probe, subject: {}, startedMs, stack: undefined, bytesRead: 0 };
}

function labels(trail: RequestTrail): (string | undefined)[] {
  return trail.gapWaits().map(named => named?.label);
}

describe('a request’s trail', () => {
  test('makes one stretch of marks less than 5 ms from the first, and another of one that is 5 ms away', () => {
    const trail = new RequestTrail(0);
    for (const atMs of [0, 4.9, 5]) trail.add(0, atMs);
    expect(trail.stretches.map(({ firstMs, lastMs }) => [firstMs, lastMs])).toEqual([
      [0, 4.9],
      [5, 5],
    ]);
  });

  test('ends a stretch where somebody else is seen', () => {
    const trail = new RequestTrail(0);
    trail.add(0, 10);
    trail.leave(0);
    expect(trail.stretches[0]?.untilMs).toBe(10);
  });

  test('names a gap after the operation that ended in it', () => {
    const trail = new RequestTrail(0);
    let isOver = false;
    trail.add(0, 0);
    trail.noteWait(wait(0, 'timer', () => false));
    trail.noteWait(wait(0, 'socket', () => isOver));
    isOver = true;
    trail.add(0, 100);
    expect(labels(trail)[0]).toBe('socket');
  });

  test('names the gap that lasts after what is likeliest to be awaited', () => {
    const trail = new RequestTrail(0);
    trail.add(0, 0);
    trail.noteWait(wait(0, 'timer', () => false));
    trail.noteWait(wait(0, 'http', () => false));
    expect(labels(trail)).toEqual(['http']);
  });

  test('keeps 2,000 stretches, and makes room by longer ones when there is one more', () => {
    const trail = new RequestTrail(0);
    for (let index = 0; index < 2_000; index += 1) trail.add(0, index * 5);
    expect(trail.stretches).toHaveLength(2_000);
    trail.add(0, 10_000);
    expect(trail.stretches.length).toBeLessThanOrEqual(1_001);
    expect(trail.stretches.at(-1)?.lastMs).toBe(10_000);
    expect(trail.stretches[0]?.firstMs).toBe(0);
  });
});
