/** All that is known of the session: the one mutable model. Written by the sidecar's events, read by every view. */
import type { BoxSite } from '../../sidecar/protocol/boxValues';
import type { EventValue } from '../../sidecar/protocol/messages';
import type {
  DeliveryStats,
  LineHint,
  RequestGroup,
  SlowRequest,
  Target,
  TargetAddress,
  TargetStats,
} from '../../sidecar/protocol/values';
import { groupKeyOf, groupsOf, type ShownGroup, type ToldGroup, toldKeyOf } from './groups';
import { type LastReport, LastReports } from './lastReports';
import { Profiles } from './profiles';
import { Signal } from './signal';

/** Shown at the most, the newest and those that run; a tree of more is not read. */
const MAX_SLOW_REQUESTS = 300;

/** The lines on which a target computed most lately. */
export type RecentLines = EventValue<'hotLines'>;

export type SidecarState = 'stopped' | 'running' | 'failed';

export interface WatchedTarget {
  target: Target;
  /** As the user named it, to attach again. */
  address: TargetAddress | undefined;
  stats: TargetStats | undefined;
}

export class SessionStore {
  private readonly changed = new Signal();
  private readonly watched = new Map<string, WatchedTarget>();
  private readonly requests = new Map<string, SlowRequest>();
  private readonly toldGroups = new Map<string, ToldGroup>();
  private readonly endReports = new LastReports();
  /** Profiles of single requests. */
  readonly profiles = new Profiles(() => this.changed.fire());
  private delivered: DeliveryStats = { channels: [] };
  private readonly hintsOfTarget = new Map<string, LineHint[]>();
  private readonly recentOfTarget = new Map<string, RecentLines>();
  private readonly boxesOfTarget = new Map<string, BoxSite[]>();
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

  /** Those whose process runs. */
  get watchingTargets(): readonly WatchedTarget[] {
    return this.liveTargets.filter(({ target }) => target.state.state !== 'awaitingRestart');
  }

  /** Newest first. */
  get slowRequests(): readonly SlowRequest[] {
    return [...this.requests.values()].sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** Slow requests by what they have in common; the one with the newest request first. */
  get groups(): readonly ShownGroup[] {
    return groupsOf(this.slowRequests, this.toldGroups);
  }

  /** What processes were doing when they ended, newest first. */
  get lastReports(): readonly LastReport[] {
    return this.endReports.all;
  }

  /** How the ways go that reports take besides the editor. */
  get deliveries(): DeliveryStats {
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

  /** Where each target computed lately. */
  get recentLines(): readonly RecentLines[] {
    return [...this.recentOfTarget.values()];
  }

  /** Where timeboxes fired or came near to it: all but the cleared ones. */
  get boxSites(): readonly BoxSite[] {
    return [...this.boxesOfTarget.values()].flat().filter(site => timesOf(site) > (this.clearedAt.get(site.id) ?? 0));
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

  putTarget(target: Target, address?: TargetAddress): void {
    const known = this.watched.get(target.id);
    this.watched.set(target.id, { target, address: address ?? known?.address, stats: known?.stats });
    this.endReports.add(target);
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
    if (this.requests.size > MAX_SLOW_REQUESTS) this.forgetOldest();
    this.changed.fire();
  }

  /** A group whose only request turned out to belong to another one is none any more. */
  putGroup(group: RequestGroup): void {
    if (!this.watched.has(group.targetId)) return;
    const key = toldKeyOf(group);
    const cleared = Math.min(this.toldGroups.get(key)?.cleared ?? 0, group.count);
    if (group.count === 0) this.toldGroups.delete(key);
    else this.toldGroups.set(key, { group, cleared });
    this.changed.fire();
  }

  /** Forgets the requests of these groups. One that runs comes back when it is told of again. */
  clearRequests(groups: readonly ShownGroup[]): void {
    for (const { requests } of groups) for (const { id } of requests) this.requests.delete(id);
    const left = this.slowRequests.map(groupKeyOf);
    for (const { key } of groups) {
      const told = this.toldGroups.get(key);
      if (told) told.cleared = Math.max(0, told.group.count - left.filter(other => other === key).length);
    }
    this.changed.fire();
  }

  putDeliveries(stats: DeliveryStats): void {
    this.delivered = stats;
    this.changed.fire();
  }

  putHints(targetId: string, hints: LineHint[]): void {
    if (!this.watched.has(targetId)) return;
    this.hintsOfTarget.set(targetId, hints);
    this.changed.fire();
  }

  putRecentLines(recent: RecentLines): void {
    if (!this.watched.has(recent.targetId)) return;
    if (recent.lines.length === 0) this.recentOfTarget.delete(recent.targetId);
    else this.recentOfTarget.set(recent.targetId, recent);
    this.changed.fire();
  }

  putBoxes({ targetId, sites }: EventValue<'boxes'>): void {
    if (!this.watched.has(targetId)) return;
    this.boxesOfTarget.set(targetId, sites);
    this.changed.fire();
  }

  clearHints(): void {
    for (const { id, count } of this.hints) this.clearedAt.set(id, count);
    for (const site of this.boxSites) this.clearedAt.set(site.id, timesOf(site));
    this.changed.fire();
  }

  /** Forgets a target and all it told: after a detach no trace of it is left. */
  removeTarget(targetId: string): void {
    this.watched.delete(targetId);
    const shown = [...(this.hintsOfTarget.get(targetId) ?? []), ...(this.boxesOfTarget.get(targetId) ?? [])];
    for (const { id } of shown) this.clearedAt.delete(id);
    this.hintsOfTarget.delete(targetId);
    this.recentOfTarget.delete(targetId);
    this.boxesOfTarget.delete(targetId);
    for (const { id } of this.slowRequests.filter(request => request.targetId === targetId)) this.requests.delete(id);
    for (const [key, { group }] of this.toldGroups) if (group.targetId === targetId) this.toldGroups.delete(key);
    this.changed.fire();
  }

  /** Forgets the targets that are gone, when another one is attached. */
  removeGoneTargets(): void {
    for (const { target } of this.targets) if (target.state.state === 'gone') this.removeTarget(target.id);
  }

  private forgetOldest(): void {
    const [oldest] = this.requests.keys();
    const ended = [...this.requests.values()].find(({ state }) => state.state !== 'running')?.id;
    this.requests.delete(ended ?? oldest ?? '');
  }
}

/** How often its boxes fired or came near to it. */
function timesOf({ fired, nearMisses }: BoxSite): number {
  return fired + nearMisses;
}
