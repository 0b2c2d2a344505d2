/** Slow requests that are slow for the same reason, counted. */
import type { RequestGroup, SlowRequest } from '../protocol/values';
import { causeMs } from './causeText';

/** Routes times reasons of a large app; the ones seen longest ago are forgotten. */
const MAX_GROUPS = 1_000;
/** Requests whose group is remembered, so that one counts once. */
const MAX_REQUESTS = 5_000;

interface Member {
  groupId: string;
  isRunning: boolean;
}

export class RequestGroups {
  private readonly groups = new Map<string, RequestGroup>();
  private readonly members = new Map<string, Member>();
  private readonly changed = new Set<string>();

  /** Takes the newest state of a slow request: it leaves the group it was in if its reason is another now. */
  add(slowRequest: SlowRequest): void {
    const { id, groupId, state } = slowRequest;
    const isRunning = state.state === 'running';
    const before = this.members.get(id);
    if (before !== undefined) this.leave(before, before.groupId !== groupId);
    const isNew = before?.groupId !== groupId;
    const group = this.joined(slowRequest, isNew);
    if (isRunning) group.running += 1;
    this.groups.delete(groupId);
    this.groups.set(groupId, group);
    this.changed.add(groupId);
    this.remember(id, { groupId, isRunning });
  }

  /** @returns the groups that changed since the last call */
  takeChanged(): RequestGroup[] {
    const changed = [...this.changed].flatMap(id => this.groups.get(id) ?? []);
    this.changed.clear();
    return changed.map(group => ({ ...group }));
  }

  private joined(slowRequest: SlowRequest, isNew: boolean): RequestGroup {
    const { groupId, targetId, method, route, cause, startedAtMs, durationMs, frames, guiltyFrame } = slowRequest;
    const known = this.groups.get(groupId);
    const lastSeenAtMs = startedAtMs + durationMs;
    const group: RequestGroup = {
      id: groupId,
      targetId,
      method,
      route,
      cause,
      count: (known?.count ?? 0) + (isNew ? 1 : 0),
      firstSeenAtMs: Math.min(known?.firstSeenAtMs ?? startedAtMs, startedAtMs),
      lastSeenAtMs: Math.max(known?.lastSeenAtMs ?? 0, lastSeenAtMs),
      worstMs: Math.max(known?.worstMs ?? 0, causeMs(slowRequest)),
      newestRequestId: slowRequest.id,
      running: known?.running ?? 0,
    };
    const frame = frames[guiltyFrame ?? -1];
    if (frame) group.frame = frame;
    return group;
  }

  private leave({ groupId, isRunning }: Member, forGood: boolean): void {
    const group = this.groups.get(groupId);
    if (group === undefined) return;
    if (isRunning) group.running -= 1;
    if (!forGood) return;
    group.count -= 1;
    if (group.count === 0) this.groups.delete(groupId);
    else this.changed.add(groupId);
  }

  private remember(id: string, member: Member): void {
    this.members.delete(id);
    this.members.set(id, member);
    const [oldestMember] = this.members.keys();
    if (this.members.size > MAX_REQUESTS && oldestMember !== undefined) this.members.delete(oldestMember);
    const [oldestGroup] = this.groups.keys();
    if (this.groups.size > MAX_GROUPS && oldestGroup !== undefined) this.groups.delete(oldestGroup);
  }
}
