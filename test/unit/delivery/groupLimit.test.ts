import { expect, test } from 'vitest';
import { GroupLimit } from '../../../sidecar/delivery/groupLimit';
import { slowRequest, target } from '../samples';

const HOUR_MS = 3_600_000;

test('lets through as many of a group as an hour may have, counts the rest and tells of them with the next', () => {
  let nowMs = 0;
  const limit = new GroupLimit(() => nowMs);
  const admit = (number: number) => limit.admit(slowRequest({ id: `t1:${number}` }), target(), 2);
  expect(admit(1)).toMatchObject({ heldBack: 0, group: { count: 1 } });
  nowMs = 1;
  expect(admit(2)).toMatchObject({ heldBack: 0, group: { count: 2 } });
  expect(admit(3)).toBe('heldBack');
  nowMs = HOUR_MS - 1;
  expect(admit(4)).toBe('heldBack');
  nowMs = HOUR_MS;
  expect(admit(5)).toMatchObject({ heldBack: 2, group: { count: 5 } });
  expect(admit(6)).toBe('heldBack');
});

test('tells of a request once when it is slow and once more when it is hung', () => {
  const limit = new GroupLimit(() => 0);
  const admit = (level: 'slow' | 'hung') => limit.admit(slowRequest({ level }), target(), 10);
  expect(admit('slow')).toMatchObject({ group: { count: 1 } });
  expect(admit('slow')).toBeUndefined();
  expect(admit('hung')).toMatchObject({ group: { count: 1 } });
  expect(admit('hung')).toBeUndefined();
  expect(admit('slow')).toBeUndefined();
});

test('groups by method, route and cause where no group is known', () => {
  const limit = new GroupLimit(() => 0);
  const admit = (id: string, changes: object) =>
    limit.admit(slowRequest({ id, groupId: '', ...changes }), target(), 1) !== 'heldBack';
  expect(admit('1', {})).toBe(true);
  expect(admit('2', {})).toBe(false);
  expect(admit('3', { method: 'POST' })).toBe(true);
  expect(admit('4', { route: '/other' })).toBe(true);
  expect(admit('5', { cause: 'computing' })).toBe(true);
});
