import { beforeEach, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { RequestGroups } from '../../../sidecar/reports/requestGroups';
import { frame, slowRequest } from '../samples';

const ENDED = { state: { state: 'finished', statusCode: 200 } } as const;

function request(number: number, groupId: string, changes: Partial<SlowRequest> = {}): SlowRequest {
  return slowRequest({ id: `t1:${number}`, groupId, startedAtMs: number * 1_000, durationMs: 500, ...changes });
}

describe('groups of slow requests', () => {
  let groups: RequestGroups;

  beforeEach(() => {
    groups = new RequestGroups();
  });

  test('tell what their requests have in common, and how many they are', () => {
    groups.add(request(1, 'a', { ...ENDED, durationMs: 900 }));
    expect(groups.add(request(2, 'a'))).toEqual({
      id: 'a',
      targetId: 't1',
      method: 'GET',
      route: '/orders',
      cause: 'waiting',
      frame: frame(),
      count: 2,
      firstSeenAtMs: 1_000,
      lastSeenAtMs: 2_500,
      worstMs: 900,
      newestRequestId: 't1:2',
      running: 1,
    });
  });

  test('count a request once, however often it is told of, also after its end', () => {
    groups.add(request(1, 'a'));
    groups.add(request(1, 'a', { durationMs: 800 }));
    groups.add(request(1, 'a', { ...ENDED, durationMs: 1_200 }));
    expect(groups.add(request(1, 'a', { ...ENDED, durationMs: 1_200 }))).toMatchObject({
      count: 1,
      running: 0,
      worstMs: 1_200,
    });
  });

  test('lose a request that belongs to another one now, its time with it', () => {
    groups.add(request(1, 'a', ENDED));
    groups.add(request(2, 'a', { durationMs: 9_000 }));
    groups.takeChanged();
    groups.add(request(2, 'b', { durationMs: 9_100 }));
    const changed = groups.takeChanged();
    expect(changed.find(({ id }) => id === 'a')).toMatchObject({ count: 1, worstMs: 500, newestRequestId: 't1:1' });
    expect(changed.find(({ id }) => id === 'b')).toMatchObject({ count: 1, worstMs: 9_100, running: 1 });
    expect(changed).toHaveLength(2);
  });

  test('are gone when their only request has left, which is told by a count of 0', () => {
    groups.add(request(1, 'a'));
    groups.add(request(1, 'b', ENDED));
    expect(groups.takeChanged()).toMatchObject([
      { id: 'a', count: 0 },
      { id: 'b', count: 1 },
    ]);
    expect(groups.all().map(({ id }) => id)).toEqual(['b']);
  });

  test('are told of when they have changed, once', () => {
    groups.add(request(1, 'a'));
    groups.add(request(2, 'b'));
    expect(groups.takeChanged().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(groups.takeChanged()).toEqual([]);
    groups.add(request(2, 'b', { durationMs: 600 }));
    expect(groups.takeChanged().map(({ id }) => id)).toEqual(['b']);
  });

  test('go on from where they were restored', () => {
    groups.add(request(1, 'a', { ...ENDED, durationMs: 900 }));
    groups.add(request(2, 'a'));
    const restored = new RequestGroups(groups.all());
    expect(restored.all()).toMatchObject([{ id: 'a', count: 2, running: 0 }]);
    expect(restored.add(request(3, 'a', { targetId: 't2', id: 't2:3' }))).toMatchObject({
      targetId: 't2',
      count: 3,
      firstSeenAtMs: 1_000,
      worstMs: 900,
      running: 1,
    });
  });

  test('are 1,000 at the most: for one more the one seen longest ago is forgotten', () => {
    for (let number = 1; number <= 1_000; number += 1) groups.add(request(number, `g${number}`));
    expect(groups.all()).toHaveLength(1_000);
    groups.add(request(1, 'g1', { durationMs: 800 }));
    groups.add(request(1_001, 'g1001'));
    const ids = groups.all().map(({ id }) => id);
    expect(ids).toHaveLength(1_000);
    expect(ids[0]).toBe('g3');
    expect(ids).toContain('g1');
    expect(groups.add(request(2, 'g2', ENDED))).toMatchObject({ count: 1, running: 0 });
  });
});
