/** Counts slow requests by what they have in common; what counts is the newest state of each. */
import type { Frame, RequestGroup, SlowRequest } from '../protocol/values';

/** Those seen longest ago are forgotten. */
const MAX_GROUPS = 1_000;
/** Ended requests that are recognised when they are told of again. */
const MAX_ENDED = 5_000;

interface Group {
  readonly id: string;
  readonly firstSeenAtMs: number;
  targetId: string;
  method: string;
  route: string;
  cause: RequestGroup['cause'];
  lastSeenAtMs: number;
  /** In flight; each may turn out to belong to another group. */
  readonly running: Map<string, Member>;
  ended: number;
  worstEndedMs: number;
  newestEnded: Member;
}

interface Member {
  requestId: string;
  durationMs: number;
  frame: Frame | undefined;
}

export class RequestGroups {
  /** Seen longest ago first. */
  private readonly groups = new Map<string, Group>();
  private readonly groupOfRunning = new Map<string, string>();
  private readonly ended = new Set<string>();
  private readonly changed = new Map<string, Group>();

  /** @param restored groups as they were counted before, seen longest ago first; what ran then has ended */
  constructor(restored: Iterable<RequestGroup> = []) {
    for (const group of restored) this.groups.set(group.id, restoredGroup(group));
    this.forgetOldest();
  }

  /** Takes the newest state of a slow request; it leaves the group it was in if it belongs to another now. */
  add(slowRequest: SlowRequest): RequestGroup {
    const { id, groupId } = slowRequest;
    const group = this.groups.get(groupId) ?? newGroup(slowRequest);
    if (this.ended.has(id)) return shown(group);
    this.leave(id, groupId);
    see(group, slowRequest);
    const member = memberOf(slowRequest);
    if (slowRequest.state.state === 'running') {
      group.running.set(id, member);
      this.groupOfRunning.set(id, groupId);
    } else this.end(group, member);
    this.groups.delete(groupId);
    this.groups.set(groupId, group);
    this.changed.set(groupId, group);
    this.forgetOldest();
    return shown(group);
  }

  /** @returns all groups, seen longest ago first */
  all(): RequestGroup[] {
    return [...this.groups.values()].map(shown);
  }

  /** @returns the groups that have changed since the last call; one that its only request has left has a count of 0 */
  takeChanged(): RequestGroup[] {
    const changed = [...this.changed.values()].map(shown);
    this.changed.clear();
    return changed;
  }

  private leave(requestId: string, newGroupId: string): void {
    const groupId = this.groupOfRunning.get(requestId);
    const group = this.groups.get(groupId ?? '');
    if (groupId === undefined || groupId === newGroupId || group === undefined) return;
    group.running.delete(requestId);
    this.groupOfRunning.delete(requestId);
    this.changed.set(groupId, group);
    if (countOf(group) === 0) this.groups.delete(groupId);
  }

  private end(group: Group, member: Member): void {
    group.running.delete(member.requestId);
    this.groupOfRunning.delete(member.requestId);
    group.ended += 1;
    group.worstEndedMs = Math.max(group.worstEndedMs, member.durationMs);
    group.newestEnded = member;
    this.ended.add(member.requestId);
    const [oldest] = this.ended;
    if (this.ended.size > MAX_ENDED && oldest !== undefined) this.ended.delete(oldest);
  }

  private forgetOldest(): void {
    for (const [id, group] of this.groups) {
      if (this.groups.size <= MAX_GROUPS) return;
      this.groups.delete(id);
      for (const requestId of group.running.keys()) this.groupOfRunning.delete(requestId);
    }
  }
}

function newGroup(slowRequest: SlowRequest): Group {
  const { groupId, targetId, method, route, cause, startedAtMs } = slowRequest;
  return {
    id: groupId,
    targetId,
    method,
    route,
    cause,
    firstSeenAtMs: startedAtMs,
    lastSeenAtMs: startedAtMs,
    running: new Map(),
    ended: 0,
    worstEndedMs: 0,
    newestEnded: memberOf(slowRequest),
  };
}

function restoredGroup({ count, worstMs, newestRequestId, frame, ...group }: RequestGroup): Group {
  const newestEnded = { requestId: newestRequestId, durationMs: worstMs, frame };
  return { ...group, running: new Map(), ended: count, worstEndedMs: worstMs, newestEnded };
}

function see(group: Group, { targetId, method, route, cause, startedAtMs, durationMs }: SlowRequest): void {
  Object.assign(group, { targetId, method, route, cause });
  group.lastSeenAtMs = Math.max(group.lastSeenAtMs, startedAtMs + durationMs);
}

function memberOf({ id, durationMs, frames, guiltyFrame }: SlowRequest): Member {
  return { requestId: id, durationMs, frame: frames[guiltyFrame ?? -1] };
}

function countOf({ running, ended }: Group): number {
  return running.size + ended;
}

function shown(group: Group): RequestGroup {
  const { id, targetId, method, route, cause, firstSeenAtMs, lastSeenAtMs, running, worstEndedMs } = group;
  const members = [...running.values()];
  const { requestId, frame } = members.at(-1) ?? group.newestEnded;
  return {
    id,
    targetId,
    method,
    route,
    cause,
    ...(frame === undefined ? {} : { frame }),
    count: countOf(group),
    firstSeenAtMs,
    lastSeenAtMs,
    worstMs: members.reduce((worstMs, { durationMs }) => Math.max(worstMs, durationMs), worstEndedMs),
    newestRequestId: requestId,
    running: running.size,
  };
}
