import { beforeEach, describe, expect, test } from 'vitest';
import { SessionStore } from '../../../extension/store/sessionStore';
import type { RequestGroup } from '../../../sidecar/protocol/values';
import { lineHint, slowRequest, target } from '../samples';

const STATS = {
  targetId: 't1',
  requestsSeen: 9,
  requestsInFlight: 1,
  slowRequests: 2,
  ignored: [],
  agentCpuShare: 0.01,
};
const GONE = { state: 'gone', reason: 'exited', message: 'server.js [4711] has exited.' } as const;

describe('the session', () => {
  let store: SessionStore;
  let changes: number;

  beforeEach(() => {
    store = new SessionStore();
    changes = 0;
    store.onDidChange(() => {
      changes += 1;
    });
  });

  test('begins with nothing', () => {
    expect(store.targets).toEqual([]);
    expect(store.slowRequests).toEqual([]);
    expect(store.hints).toEqual([]);
    expect(store.sidecarState).toBe('stopped');
    expect(store.isAttaching).toBe(false);
  });

  test('tells of every change, and of none when nothing came of it', () => {
    store.setSidecarState('running');
    store.putTarget(target());
    store.putStats(STATS);
    store.putSlowRequest(slowRequest());
    store.putHints('t1', [lineHint()]);
    store.clearHints();
    store.removeTarget('t1');
    expect(changes).toBe(7);
    store.putStats(STATS);
    store.putSlowRequest(slowRequest());
    store.putHints('t1', []);
    expect(changes).toBe(7);
  });

  test('is attaching while at least one attach runs, also when one fails', async () => {
    let fail = (_reason: Error) => {};
    const failing = store.whileAttaching(() => new Promise((_, reject) => (fail = reject)));
    const quick = store.whileAttaching(async () => 'attached');
    expect(store.isAttaching).toBe(true);
    expect(await quick).toBe('attached');
    expect(store.isAttaching).toBe(true);
    fail(new Error('no such process'));
    await expect(failing).rejects.toThrow('no such process');
    expect(store.isAttaching).toBe(false);
    expect(changes).toBe(4);
  });

  test('keeps address and figures of a target when its state changes', () => {
    store.putTarget(target(), { pid: 4_711 });
    store.putStats(STATS);
    store.putTarget(target({ state: { state: 'pausedByDebugger' } }));
    expect(store.targets).toEqual([
      { target: target({ state: { state: 'pausedByDebugger' } }), address: { pid: 4_711 }, stats: STATS },
    ]);
  });

  test('tells targets that are gone from those that live', () => {
    store.putTarget(target());
    store.putTarget(target({ id: 't2', state: GONE }));
    expect(store.targets.map(each => each.target.id)).toEqual(['t1', 't2']);
    expect(store.liveTargets.map(each => each.target.id)).toEqual(['t1']);
    expect(store.targetOf({ targetId: 't2' })?.state).toEqual(GONE);
    store.removeGoneTargets();
    expect(store.targets.map(each => each.target.id)).toEqual(['t1']);
  });

  test('drops facts of a target that was detached meanwhile', () => {
    store.putStats(STATS);
    store.putSlowRequest(slowRequest());
    store.putHints('t1', [lineHint()]);
    store.putTarget(target());
    expect(store.targets[0]?.stats).toBeUndefined();
    expect(store.slowRequests).toEqual([]);
    expect(store.hints).toEqual([]);
  });

  test('keeps no trace of a target that was removed, and all of the others', () => {
    for (const id of ['t1', 't2']) {
      store.putTarget(target({ id }));
      store.putSlowRequest(slowRequest({ id: `${id}:5`, targetId: id }));
      store.putHints(id, [lineHint({ id: `${id}:a`, targetId: id })]);
    }
    store.removeTarget('t1');
    expect(store.slowRequest('t1:5')).toBeUndefined();
    expect(store.slowRequests.map(({ id }) => id)).toEqual(['t2:5']);
    expect(store.hints.map(({ id }) => id)).toEqual(['t2:a']);
  });
});

describe('the slow requests', () => {
  let store: SessionStore;

  beforeEach(() => {
    store = new SessionStore();
    store.putTarget(target());
  });

  const put = (number: number) => store.putSlowRequest(slowRequest({ id: `t1:${number}`, startedAtMs: number }));

  test('come newest first, by when they started', () => {
    for (const number of [2, 3, 1]) put(number);
    expect(store.slowRequests.map(({ startedAtMs }) => startedAtMs)).toEqual([3, 2, 1]);
  });

  test('are replaced by their newer state', () => {
    put(1);
    store.putSlowRequest(slowRequest({ id: 't1:1', startedAtMs: 1, state: { state: 'aborted' } }));
    expect(store.slowRequests).toHaveLength(1);
    expect(store.slowRequest('t1:1')?.state).toEqual({ state: 'aborted' });
  });

  test('are 300 at the most: the one that was told of first goes', () => {
    for (let number = 1; number <= 300; number += 1) put(number);
    expect(store.slowRequests).toHaveLength(300);
    put(301);
    expect(store.slowRequests).toHaveLength(300);
    expect(store.slowRequest('t1:1')).toBeUndefined();
    expect(store.slowRequest('t1:2')).toBeDefined();
  });
});

describe('the hints', () => {
  let store: SessionStore;

  beforeEach(() => {
    store = new SessionStore();
    store.putTarget(target());
  });

  test('take the place of those sent before', () => {
    store.putHints('t1', [lineHint({ id: 'a' }), lineHint({ id: 'b' })]);
    store.putHints('t1', [lineHint({ id: 'b' })]);
    expect(store.hints.map(({ id }) => id)).toEqual(['b']);
  });

  test('that were cleared come back when they are seen again, and not when they are only sent again', () => {
    store.putHints('t1', [lineHint({ id: 'a', count: 2 }), lineHint({ id: 'b', count: 2 })]);
    store.clearHints();
    expect(store.hints).toEqual([]);
    store.putHints('t1', [lineHint({ id: 'a', count: 2 }), lineHint({ id: 'b', count: 3 })]);
    expect(store.hints.map(({ id }) => id)).toEqual(['b']);
  });

  test('of a target that was attached anew are seen, though those before were cleared', () => {
    store.putHints('t1', [lineHint({ id: 'a', count: 2 })]);
    store.clearHints();
    store.removeTarget('t1');
    store.putTarget(target());
    store.putHints('t1', [lineHint({ id: 'a', count: 1 })]);
    expect(store.hints.map(({ id }) => id)).toEqual(['a']);
  });
});

describe('the groups', () => {
  let store: SessionStore;
  const group = (changes: Partial<RequestGroup> = {}): RequestGroup => ({
    id: 'g1',
    targetId: 't1',
    method: 'GET',
    route: '/orders',
    cause: 'waiting',
    count: 1,
    firstSeenAtMs: 1,
    lastSeenAtMs: 2,
    worstMs: 3,
    newestRequestId: 't1:5',
    running: 0,
    ...changes,
  });

  beforeEach(() => {
    store = new SessionStore();
    store.putTarget(target());
  });

  test('are replaced by their newer state, and go when they are empty', () => {
    store.putGroup(group());
    store.putGroup(group({ count: 2 }));
    expect(store.groups).toEqual([group({ count: 2 })]);
    store.putGroup(group({ count: 0 }));
    expect(store.groups).toEqual([]);
  });

  test('go with their target, and those of no target do not come', () => {
    store.putGroup(group());
    store.putGroup(group({ id: 'g2', targetId: 't9' }));
    store.removeTarget('t1');
    expect(store.groups).toEqual([]);
  });

  test('are forgotten with their requests, the hints are not', () => {
    store.putGroup(group());
    store.putSlowRequest(slowRequest());
    store.putHints('t1', [lineHint()]);
    store.clearRequests();
    expect([store.groups, store.slowRequests]).toEqual([[], []]);
    expect(store.hints).toHaveLength(1);
  });

  test('of a journal are counted from its requests, beside those of the same app now', () => {
    store.putGroup(group());
    const old = target({ id: 'journal#', state: GONE });
    const of = (id: string, durationMs: number) =>
      slowRequest({ id: `journal#${id}`, targetId: 'journal#', durationMs, startedAtMs: 10 });
    store.putHistory(old, [of('1', 100), of('2', 300)]);
    expect(store.groups.map(({ id, count }) => [id, count])).toEqual([
      ['g1', 1],
      ['journal#g1', 2],
    ]);
    expect(store.groups[1]).toMatchObject({ worstMs: 300, firstSeenAtMs: 10, lastSeenAtMs: 310 });
    store.putHistory(old, [of('1', 100)]);
    expect(store.groups[1]?.count).toBe(1);
  });
});
