import { beforeEach, describe, expect, test } from 'vitest';
import { SessionStore } from '../../../extension/store/sessionStore';
import { frame, requestGroup, slowRequest, target } from '../samples';

const OTHER = frame({ functionName: 'findByUser', file: '/srv/shop/src/repo.ts' });
const FINISHED = { state: 'finished', statusCode: 200 } as const;

describe('groups', () => {
  let store: SessionStore;

  beforeEach(() => {
    store = new SessionStore();
    store.putTarget(target());
    store.putTarget(target({ id: 't2', pid: 4_712 }));
  });

  const put = (number: number, changes: Parameters<typeof slowRequest>[0] = {}) =>
    store.putSlowRequest(
      slowRequest({ id: `t1:${number}`, requestNumber: number, startedAtMs: number, state: FINISHED, ...changes }),
    );
  const shown = () => store.groups.map(({ count, requests }) => [count, requests.map(({ id }) => id)]);

  test('hold requests with the same group id, newest first; the group with the newest request is the first', () => {
    put(1);
    put(2, { groupId: 'g2', route: '/stock' });
    put(3);
    expect(shown()).toEqual([
      [2, ['t1:3', 't1:1']],
      [1, ['t1:2']],
    ]);
    put(4, { groupId: 'g2', route: '/stock' });
    expect(store.groups.map(({ route }) => route)).toEqual(['/stock', '/orders']);
  });

  test.each([
    ['method', { method: 'POST' }],
    ['route', { route: '/stock' }],
    ['cause', { cause: 'computing' }],
    ['guilty function', { frames: [OTHER] }],
  ] as const)('of requests that the sidecar has not grouped differ by %s', (_what, changes) => {
    put(1, { groupId: '' });
    put(2, { groupId: '', frames: [frame({ line: 99 })] });
    put(3, { groupId: '', ...changes, frames: [...('frames' in changes ? changes.frames : [frame()])] });
    expect(shown()).toEqual([
      [1, ['t1:3']],
      [2, ['t1:2', 't1:1']],
    ]);
  });

  test('of requests that were held up do not differ by whose fault that was', () => {
    put(1, { groupId: '', cause: 'heldUp' });
    put(2, { groupId: '', cause: 'heldUp', frames: [OTHER] });
    expect(shown()).toEqual([[2, ['t1:2', 't1:1']]]);
  });

  test('of two processes of the same app stay apart', () => {
    put(1);
    put(2, { id: 't2:2', targetId: 't2' });
    expect(store.groups.map(({ targetId }) => targetId)).toEqual(['t2', 't1']);
    expect(new Set(store.groups.map(({ key }) => key)).size).toBe(2);
  });

  test('say what the sidecar counted, which remembers more requests', () => {
    put(1, { durationMs: 1_500 });
    store.putGroup(requestGroup({ count: 5_000, worstMs: 9_000 }));
    expect(store.groups).toMatchObject([{ count: 5_000, worstMs: 9_000, requests: [{ id: 't1:1' }] }]);
    put(2, { durationMs: 10_000 });
    expect(store.groups).toMatchObject([{ worstMs: 10_000 }]);
  });

  test('are shown without a request when all of theirs are too old to be known', () => {
    store.putGroup(requestGroup({ count: 3 }));
    expect(store.groups).toMatchObject([{ count: 3, worstMs: 2_301, route: '/orders', requests: [] }]);
  });

  test('lose a request whose cause turns out to be another one, and go with their last', () => {
    put(1);
    store.putGroup(requestGroup({ count: 1 }));
    put(1, { groupId: 'g2', cause: 'computing' });
    store.putGroup(requestGroup({ count: 0 }));
    store.putGroup(requestGroup({ id: 'g2', cause: 'computing', count: 1 }));
    expect(store.groups).toMatchObject([{ cause: 'computing', count: 1 }]);
  });
});

describe('clearing requests', () => {
  let store: SessionStore;

  beforeEach(() => {
    store = new SessionStore();
    store.putTarget(target());
    for (const id of ['t1:1', 't1:2']) store.putSlowRequest(slowRequest({ id, state: FINISHED, durationMs: 5_000 }));
    store.putGroup(requestGroup({ count: 7, worstMs: 9_000 }));
  });

  test('leaves nothing, also when the sidecar says again what it has counted', () => {
    store.clearRequests(store.groups);
    expect(store.slowRequests).toEqual([]);
    expect(store.groups).toEqual([]);
    store.putGroup(requestGroup({ count: 7, worstMs: 9_000 }));
    expect(store.groups).toEqual([]);
  });

  test('counts anew, and what is the worst is the worst since', () => {
    store.clearRequests(store.groups);
    store.putSlowRequest(slowRequest({ id: 't1:3', durationMs: 1_300 }));
    store.putGroup(requestGroup({ count: 8, worstMs: 9_000 }));
    expect(store.groups).toMatchObject([{ count: 1, worstMs: 1_300 }]);
    store.putSlowRequest(slowRequest({ id: 't1:4', durationMs: 1_200 }));
    store.putGroup(requestGroup({ count: 9, worstMs: 9_000 }));
    expect(store.groups).toMatchObject([{ count: 2, worstMs: 1_300 }]);
  });

  test('lets a request that runs come back with what is told of it next', () => {
    store.putSlowRequest(slowRequest({ id: 't1:3' }));
    store.putGroup(requestGroup({ count: 8 }));
    store.clearRequests(store.groups);
    store.putSlowRequest(slowRequest({ id: 't1:3' }));
    store.putGroup(requestGroup({ count: 8 }));
    expect(store.groups).toMatchObject([{ count: 1, requests: [{ id: 't1:3' }] }]);
  });

  test('keeps what was not shown, and counts it', () => {
    const [group] = store.groups;
    if (group === undefined) throw new Error('there is no group');
    store.clearRequests([{ ...group, requests: group.requests.filter(({ id }) => id === 't1:1') }]);
    expect(store.groups).toMatchObject([{ count: 1, requests: [{ id: 't1:2' }] }]);
  });
});
