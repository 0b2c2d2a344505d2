import { beforeEach, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { groupIdOf } from '../../../sidecar/reports/groupId';
import { RequestGroups } from '../../../sidecar/reports/requestGroups';
import { frame, slowRequest } from '../samples';

const APP = { name: 'server.js', workingDirectory: '/srv/shop' };
const line = { sourceLine: 'await db.query(SQL)' };

describe('the group of a slow request', () => {
  const id = (changes: Partial<SlowRequest> = {}, app = APP) =>
    groupIdOf(app, slowRequest({ frames: [frame(line)], ...changes }));

  test('is ten hexadecimal digits', () => {
    expect(id()).toMatch(/^[0-9a-f]{10}$/);
  });

  test('is the same in another run, at another time, for another order', () => {
    expect(id({ id: 't9:1', targetId: 't9', url: '/orders?user=8', startedAtMs: 1, durationMs: 9 })).toBe(id());
  });

  test('is the same when lines were added above', () => {
    expect(id({ frames: [frame({ ...line, line: 18, column: 3 })] })).toBe(id());
  });

  test('is the same wherever the app is installed', () => {
    const elsewhere = [frame({ ...line, file: '/opt/shop/src/orders.ts' })];
    expect(id({ frames: elsewhere }, { ...APP, workingDirectory: '/opt/shop' })).toBe(id());
  });

  test.each<[string, Partial<SlowRequest>]>([
    ['route', { route: '/orders/:id' }],
    ['method', { method: 'POST' }],
    ['cause', { cause: 'computing' }],
    ['file', { frames: [frame({ ...line, file: '/srv/shop/src/b.ts' })] }],
    ['function', { frames: [frame({ ...line, functionName: 'other' })] }],
    ['line', { frames: [frame({ sourceLine: 'await other()' })] }],
  ])('is another one for another %s', (_what, changes) => {
    expect(id(changes)).not.toBe(id());
  });

  test('is another one for another app', () => {
    expect(id({}, { ...APP, name: 'worker.js' })).not.toBe(id());
  });
});

describe('groups', () => {
  let groups: RequestGroups;
  const add = (changes: Partial<SlowRequest>) => groups.add(slowRequest(changes));
  const changed = () => Object.fromEntries(groups.takeChanged().map(group => [group.id, group]));

  beforeEach(() => {
    groups = new RequestGroups();
  });

  test('count a request once, however often it is told', () => {
    add({ durationMs: 1_000 });
    add({ durationMs: 2_000, time: { computingMs: 0, waitingMs: 1_900, heldUpMs: 0 } });
    add({ durationMs: 2_100, state: { state: 'finished', statusCode: 200 } });
    expect(changed().g1).toMatchObject({ count: 1, running: 0, worstMs: 1_900, newestRequestId: 't1:5' });
    expect(groups.takeChanged()).toEqual([]);
  });

  test('know how many of their requests run', () => {
    add({ id: 'a' });
    add({ id: 'b' });
    expect(changed().g1).toMatchObject({ count: 2, running: 2 });
    add({ id: 'a', state: { state: 'aborted' } });
    expect(changed().g1).toMatchObject({ count: 2, running: 1, newestRequestId: 'a' });
  });

  test('know when they were seen first and last', () => {
    add({ id: 'a', startedAtMs: 5_000, durationMs: 10 });
    add({ id: 'b', startedAtMs: 4_000, durationMs: 10 });
    expect(changed().g1).toMatchObject({ firstSeenAtMs: 4_000, lastSeenAtMs: 5_010 });
  });

  test('lose a request that turns out to be slow for another reason', () => {
    add({ id: 'a' });
    add({ id: 'b' });
    add({ id: 'a', groupId: 'g2' });
    expect(changed()).toMatchObject({ g1: { count: 1, running: 1 }, g2: { count: 1, running: 1 } });
  });

  test('are a thousand at the most: the one seen longest ago is forgotten', () => {
    for (let index = 0; index < 1_000; index += 1) add({ id: `r${index}`, groupId: `x${index}` });
    add({ id: 'again', groupId: 'x0' });
    add({ id: 'new', groupId: 'y' });
    const known = changed();
    expect(Object.keys(known)).toHaveLength(1_000);
    expect(known.x0?.count).toBe(2);
    expect(known).not.toHaveProperty('x1');
  });
});
