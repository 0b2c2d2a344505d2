/** All that is known of the session: the one mutable model. Written by the sidecar's events, read by every view. */
import type {
  DeliveryStats,
  LineHint,
  RequestGroup,
  SlowRequest,
  Target,
  TargetAddress,
  TargetStats,
  WatchSettings,
} from '../../sidecar/protocol/values';
import { Signal } from './signal';

/** Shown at the most, the newest; a tree of more is not read. */
const MAX_SLOW_REQUESTS = 300;

export type SidecarState = 'stopped' | 'running' | 'failed';

export interface WatchedTarget {
  target: Target;
  /** As the user named it, to attach again. */
  address: TargetAddress | undefined;
  settings: WatchSettings | undefined;
  stats: TargetStats | undefined;
}

export class SessionStore {
  private readonly changed = new Signal();
  private readonly watched = new Map<string, WatchedTarget>();
  private readonly requests = new Map<string, SlowRequest>();
  private readonly groupsById = new Map<string, RequestGroup>();
  private delivered: DeliveryStats = { channels: [] };
  private readonly hintsOfTarget = new Map<string, LineHint[]>();
  /** How often a hint had been seen when it was cleared: it comes back when it is seen again. */
  private readonly clearedAt = new Map<string, number>();
  private attaching = 0;
  private sidecar: SidecarState = 'stopped';

  /** @returns how to stop listening */
  onDidChange(listener: () => void): { dispose(): void } {
    return this.changed.listen(listener);
  }

  get sidecarState(): SidecarState {
    return this.sidecar;
  }

  get isAttaching(): boolean {
    return this.attaching > 0;
  }

  /** In the order they were attached. */
  get targets(): readonly WatchedTarget[] {
    return [...this.watched.values()];
  }

  /** Those that are not gone. */
  get liveTargets(): readonly WatchedTarget[] {
    return this.targets.filter(({ target }) => target.state.state !== 'gone');
  }

  /** Newest first. */
  get slowRequests(): readonly SlowRequest[] {
    return [...this.requests.values()].sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** In the order they were first told of. */
  get groups(): readonly RequestGroup[] {
    return [...this.groupsById.values()];
  }

  /** How reports get to where else they go. */
  get deliveryStats(): DeliveryStats {
    return this.delivered;
  }

  slowRequest(id: string): SlowRequest | undefined {
    return this.requests.get(id);
  }

  targetOf({ targetId }: { targetId: string }): Target | undefined {
    return this.watched.get(targetId)?.target;
  }

  /** Hints that are to be seen: all but the cleared ones. */
  get hints(): readonly LineHint[] {
    return [...this.hintsOfTarget.values()].flat().filter(({ id, count }) => count > (this.clearedAt.get(id) ?? 0));
  }

  setSidecarState(state: SidecarState): void {
    this.sidecar = state;
    this.changed.fire();
  }

  /** Runs an attach, which views show as such. */
  async whileAttaching<T>(attach: () => Promise<T>): Promise<T> {
    this.attaching += 1;
    this.changed.fire();
    try {
      return await attach();
    } finally {
      this.attaching -= 1;
      this.changed.fire();
    }
  }

  putTarget(target: Target, address?: TargetAddress, settings?: WatchSettings): void {
    const known = this.watched.get(target.id);
    this.watched.set(target.id, {
      target,
      address: address ?? known?.address,
      settings: settings ?? known?.settings,
      stats: known?.stats,
    });
    this.changed.fire();
  }

  /** Facts of a target that was detached meanwhile are dropped, here and below. */
  putStats(stats: TargetStats): void {
    const known = this.watched.get(stats.targetId);
    if (known === undefined) return;
    known.stats = stats;
    this.changed.fire();
  }

  putSlowRequest(slowRequest: SlowRequest): void {
    if (!this.watched.has(slowRequest.targetId)) return;
    this.requests.set(slowRequest.id, slowRequest);
    const [oldest] = this.requests.keys();
    if (this.requests.size > MAX_SLOW_REQUESTS && oldest !== undefined) this.requests.delete(oldest);
    this.changed.fire();
  }

  /** A group of none is one whose only request has turned out to belong to another. */
  putGroup(group: RequestGroup): void {
    if (!this.watched.has(group.targetId)) return;
    if (group.count === 0) this.groupsById.delete(group.id);
    else this.groupsById.set(group.id, group);
    this.changed.fire();
  }

  putDeliveryStats(stats: DeliveryStats): void {
    this.delivered = stats;
    this.changed.fire();
  }

  /** Shows a target of before with all that its journal tells; its groups are not those of a target that is watched. */
  putHistory(target: Target, requests: readonly SlowRequest[]): void {
    this.removeTarget(target.id);
    this.putTarget(target);
    for (const request of requests) {
      const id = `${target.id}${request.groupId}`;
      this.putSlowRequest({ ...request, groupId: id });
      this.putGroup(grown(this.groupsById.get(id), { ...request, groupId: id }));
    }
  }

  /** Forgets what the Requests view shows; hints stay. What still runs comes back with its next news. */
  clearRequests(): void {
    this.requests.clear();
    this.groupsById.clear();
    this.changed.fire();
  }

  putHints(targetId: string, hints: LineHint[]): void {
    if (!this.watched.has(targetId)) return;
    this.hintsOfTarget.set(targetId, hints);
    this.changed.fire();
  }

  clearHints(): void {
    for (const { id, count } of this.hints) this.clearedAt.set(id, count);
    this.changed.fire();
  }

  /** Forgets a target and all it told: after a detach no trace of it is left. */
  removeTarget(targetId: string): void {
    this.watched.delete(targetId);
    for (const { id } of this.hintsOfTarget.get(targetId) ?? []) this.clearedAt.delete(id);
    this.hintsOfTarget.delete(targetId);
    for (const { id } of this.groups.filter(group => group.targetId === targetId)) this.groupsById.delete(id);
    for (const { id } of this.slowRequests.filter(request => request.targetId === targetId)) this.requests.delete(id);
    this.changed.fire();
  }

  /** Forgets the targets that are gone, when another one is attached. */
  removeGoneTargets(): void {
    for (const { target } of this.targets) if (target.state.state === 'gone') this.removeTarget(target.id);
  }
}

/** @returns the group with one request more */
function grown(known: RequestGroup | undefined, request: SlowRequest): RequestGroup {
  const { groupId, targetId, method, route, cause, startedAtMs, durationMs, frames, guiltyFrame } = request;
  const frame = frames[guiltyFrame ?? -1];
  return {
    id: groupId,
    targetId,
    method,
    route,
    cause,
    ...(frame ? { frame } : {}),
    count: (known?.count ?? 0) + 1,
    firstSeenAtMs: Math.min(known?.firstSeenAtMs ?? startedAtMs, startedAtMs),
    lastSeenAtMs: Math.max(known?.lastSeenAtMs ?? 0, startedAtMs + durationMs),
    worstMs: Math.max(known?.worstMs ?? 0, durationMs),
    newestRequestId: request.id,
    running: 0,
  };
}
