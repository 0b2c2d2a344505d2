/** Slow requests that belong together, as a view shows them. */
import type { Cause, Frame, RequestGroup, SlowRequest } from '../../sidecar/protocol/values';

export interface ShownGroup {
  /** Unlike the group's id, no two targets share it. */
  key: string;
  targetId: string;
  method: string;
  route: string;
  cause: Cause;
  /** Guilty frame. */
  frame: Frame | undefined;
  count: number;
  worstMs: number;
  /** Newest first: those that are still known. */
  requests: SlowRequest[];
}

/** What the sidecar counted of a group, and how much of that was cleared away. */
export interface ToldGroup {
  group: RequestGroup;
  /** 0 when nothing was. */
  cleared: number;
}

/** @returns what requests of one group have in common; the sidecar's word for it when it has said one */
export function groupKeyOf({ targetId, groupId, method, route, cause, frames, guiltyFrame }: SlowRequest): string {
  if (groupId !== '') return toldKeyOf({ targetId, id: groupId });
  const { file = '', functionName = '' } = (cause !== 'heldUp' && frames[guiltyFrame ?? -1]) || {};
  return `${targetId} ${method} ${route} ${cause} ${file} ${functionName}`;
}

/** @returns the same for a group that the sidecar has told of */
export function toldKeyOf({ targetId, id }: Pick<RequestGroup, 'targetId' | 'id'>): string {
  return `${targetId} ${id}`;
}

/**
 * @param requests newest first
 * @param told by key
 * @returns the one with the newest request first, so that nothing moves under the pointer while requests go on
 */
export function groupsOf(requests: readonly SlowRequest[], told: ReadonlyMap<string, ToldGroup>): ShownGroup[] {
  const groups = new Map<string, SlowRequest[]>();
  for (const request of requests) {
    const key = groupKeyOf(request);
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  const without = [...told].filter(([key, { group, cleared }]) => !groups.has(key) && group.count > cleared);
  return [
    ...[...groups].map(([key, own]) => shownGroup(key, own, told.get(key))),
    // Their requests are too old to be known still.
    ...without.map(([key, { group, cleared }]) => remembered(key, group, cleared)),
  ];
}

function shownGroup(key: string, requests: SlowRequest[], told: ToldGroup | undefined): ShownGroup {
  const [newest] = requests;
  if (newest === undefined) throw new Error('a group without a request');
  const { targetId, method, route, cause, frames, guiltyFrame } = newest;
  const counted = told === undefined ? 0 : told.group.count - told.cleared;
  const worstBefore = told === undefined || told.cleared > 0 ? 0 : told.group.worstMs;
  return {
    key,
    targetId,
    method,
    route,
    cause,
    frame: frames[guiltyFrame ?? -1],
    count: Math.max(counted, requests.length),
    worstMs: requests.reduce((worstMs, { durationMs }) => Math.max(worstMs, durationMs), worstBefore),
    requests,
  };
}

function remembered(key: string, group: RequestGroup, cleared: number): ShownGroup {
  const { targetId, method, route, cause, frame, count, worstMs } = group;
  return { key, targetId, method, route, cause, frame, count: count - cleared, worstMs, requests: [] };
}
