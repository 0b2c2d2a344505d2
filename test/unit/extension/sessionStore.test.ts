import { beforeEach, describe, expect, test } from 'vitest';
import { SessionStore } from '../../../extension/store/sessionStore';
import { boxSite, lineHint, requestGroup, slowRequest, target } from '../samples';

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
    store.putGroup(requestGroup());
    store.putDeliveries({ channels: [] });
    store.putHints('t1', [lineHint()]);
    store.clearHints();
    store.clearRequests(store.groups);
    store.removeTarget('t1');
    expect(changes).toBe(10);
    store.putStats(STATS);
    store.putSlowRequest(slowRequest());
    store.putGroup(requestGroup());
    store.putHints('t1', []);
    expect(changes).toBe(10);
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
      store.putGroup(requestGroup({ targetId: id }));
      store.putHints(id, [lineHint({ id: `${id}:a`, targetId: id })]);
    }
    store.removeTarget('t1');
    expect(store.slowRequest('t1:5')).toBeUndefined();
    expect(store.slowRequests.map(({ id }) => id)).toEqual(['t2:5']);
    expect(store.groups.map(({ targetId }) => targetId)).toEqual(['t2']);
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

  test('that run stay when there are too many, and those that have ended go', () => {
    for (let number = 1; number <= 300; number += 1) put(number);
    store.putSlowRequest(slowRequest({ id: 't1:7', state: { state: 'finished', statusCode: 200 } }));
    put(301);
    expect(store.slowRequest('t1:1')).toBeDefined();
    expect(store.slowRequest('t1:7')).toBeUndefined();
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

describe('places of timeboxes', () => {
  test('are kept of watched targets, and go with them', () => {
    const store = new SessionStore();
    store.putBoxes({ targetId: 't1', sites: [boxSite()] });
    expect(store.boxSites).toEqual([]);
    store.putTarget(target());
    store.putBoxes({ targetId: 't1', sites: [boxSite({ id: 'a' }), boxSite({ id: 'b' })] });
    store.putBoxes({ targetId: 't1', sites: [boxSite({ id: 'b' })] });
    expect(store.boxSites.map(({ id }) => id)).toEqual(['b']);
    store.removeTarget('t1');
    expect(store.boxSites).toEqual([]);
  });

  test('that were cleared come back when there is news of them', () => {
    const store = new SessionStore();
    store.putTarget(target());
    store.putBoxes({ targetId: 't1', sites: [boxSite()] });
    store.clearHints();
    expect(store.boxSites).toEqual([]);
    store.putBoxes({ targetId: 't1', sites: [boxSite({ nearMisses: 1 })] });
    expect(store.boxSites).toHaveLength(1);
  });
});

describe('what a process was doing when it ended', () => {
  const dead = (pid: number, report?: string) =>
    target({ pid, state: { ...GONE, ...(report === undefined ? {} : { report }) } });

  test('is kept, newest first, also when its target is forgotten', () => {
    const store = new SessionStore();
    store.putTarget(dead(1, 'first'));
    store.putTarget(target({ pid: 2 }));
    store.putTarget(
      target({ pid: 2, state: { state: 'awaitingRestart', message: 'It was killed.', report: 'second' } }),
    );
    store.removeGoneTargets();
    expect(store.lastReports.map(({ text }) => text)).toEqual(['second', 'first']);
    expect(store.lastReports[0]).toMatchObject({ message: 'It was killed.', target: { pid: 2 } });
  });

  test('is kept once, and not at all when it was doing nothing', () => {
    const store = new SessionStore();
    store.putTarget(dead(1, 'first'));
    store.putTarget(dead(1, 'first'));
    store.putTarget(dead(2));
    expect(store.lastReports).toHaveLength(1);
  });

  test('is kept of ten processes', () => {
    const store = new SessionStore();
    for (let pid = 1; pid <= 11; pid += 1) store.putTarget(dead(pid, String(pid)));
    expect(store.lastReports.map(({ text }) => text)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2']);
  });
});
