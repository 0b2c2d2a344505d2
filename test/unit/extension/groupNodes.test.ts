import { describe, expect, test } from 'vitest';
import { groupDescription, type Shown, topNodes } from '../../../extension/trees/groupNodes';
import type { RequestGroup } from '../../../sidecar/protocol/values';
import { frame, slowRequest, target } from '../samples';

function group(changes: Partial<RequestGroup> = {}): RequestGroup {
  return {
    id: 'g1',
    targetId: 't1',
    method: 'GET',
    route: '/orders',
    cause: 'waiting',
    count: 2,
    firstSeenAtMs: 1,
    lastSeenAtMs: 2,
    worstMs: 2_301,
    newestRequestId: 't1:5',
    running: 0,
    ...changes,
  };
}

describe('the top of the Requests view', () => {
  const shown = (changes: Partial<Shown> = {}): Shown => ({
    slowRequests: [slowRequest({ id: 'a' }), slowRequest({ id: 'b', groupId: 'g2', route: '/stock' })],
    groups: [group(), group({ id: 'g2', lastSeenAtMs: 3 })],
    isGrouped: true,
    filter: '',
    ...changes,
  });
  const ids = (changes: Partial<Shown>) => topNodes(shown(changes)).map(({ id }) => id);

  test('holds groups, the one seen last first', () => {
    expect(ids({})).toEqual(['group g2', 'group g1']);
  });

  test('holds the requests themselves when they are listed by time', () => {
    expect(ids({ isGrouped: false })).toEqual(['a', 'b']);
  });

  test('leaves out groups of which no request is known any more', () => {
    expect(ids({ groups: [group(), group({ id: 'g3' })] })).toEqual(['group g1']);
  });

  test.each([
    ['/STOCK', ['b']],
    ['get /o', ['a']],
    ['listorders', ['a', 'b']],
    ['src/orders.ts', ['a', 'b']],
    ['express', []],
  ])('with the filter %s holds %j', (filter, expected) => {
    expect(ids({ filter, isGrouped: false })).toEqual(expected);
  });
});

test('a group is described by its number, its worst request and its guilty function', () => {
  expect(groupDescription(group())).toBe('2 · worst 2,301 ms');
  expect(groupDescription(group({ running: 1, frame: frame() }))).toBe('2, 1 running · worst 2,301 ms · listOrders');
  expect(groupDescription(group(), target())).toBe('2 · worst 2,301 ms · server.js [4711]');
});
