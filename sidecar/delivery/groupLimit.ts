/** Counts the slow requests of each group and lets through as many an hour as the user wants to read. */
import type { SlowRequest, Target } from '../protocol/values';
import type { GroupTally } from './delivery';

const HOUR_MS = 3_600_000;
/** Of a few hundred bytes each; the group that was seen longest ago is forgotten. */
const MAX_GROUPS = 5_000;
/** Ids of requests told of already: more than can be in flight. */
const MAX_TOLD = 20_000;

type News = SlowRequest['level'] | 'stopped';
/** What was told of a request is not told again, nor less than that. */
const RANKS: Record<News, number> = { slow: 0, hung: 1, stopped: 2 };

interface Group {
  tally: GroupTally;
  /** Monotonic times of its deliveries within the last hour, oldest first. */
  deliveredMs: number[];
  heldBack: number;
}

export interface Admitted {
  group: GroupTally;
  heldBack: number;
}

export class GroupLimit {
  private readonly groups = new Map<string, Group>();
  private readonly told = new Map<string, News>();

  /** @param nowMs monotonic clock */
  constructor(private readonly nowMs: () => number) {}

  /**
   * @param perHour deliveries of one group in any hour
   * @returns what to say with its report; `heldBack` when it is over the limit; undefined when it was told of before
   */
  admit(slowRequest: SlowRequest, target: Target, perHour: number): Admitted | 'heldBack' | undefined {
    const before = this.told.get(slowRequest.id);
    const group = this.groupOf(slowRequest, target, before === undefined);
    const news = slowRequest.interruption === undefined ? slowRequest.level : 'stopped';
    if (before !== undefined && RANKS[before] >= RANKS[news]) return undefined;
    this.told.set(slowRequest.id, news);
    forgetOldest(this.told, MAX_TOLD);
    const nowMs = this.nowMs();
    group.deliveredMs = group.deliveredMs.filter(atMs => nowMs - atMs < HOUR_MS);
    if (group.deliveredMs.length >= perHour) {
      group.heldBack += 1;
      return 'heldBack';
    }
    group.deliveredMs.push(nowMs);
    const { heldBack } = group;
    group.heldBack = 0;
    return { group: { ...group.tally }, heldBack };
  }

  private groupOf(slowRequest: SlowRequest, target: Target, isNew: boolean): Group {
    const id = groupIdOf(slowRequest, target);
    const seenAtMs = slowRequest.startedAtMs + slowRequest.durationMs;
    const found = this.groups.get(id);
    const group = found ?? {
      tally: { id, count: 0, firstSeenAtMs: seenAtMs, lastSeenAtMs: seenAtMs, worstMs: 0 },
      deliveredMs: [],
      heldBack: 0,
    };
    // A request may move from one group to another: it counts where it was first.
    if (isNew || found === undefined) group.tally.count += 1;
    group.tally.lastSeenAtMs = Math.max(group.tally.lastSeenAtMs, seenAtMs);
    group.tally.worstMs = Math.max(group.tally.worstMs, slowRequest.durationMs);
    this.groups.delete(id);
    this.groups.set(id, group);
    forgetOldest(this.groups, MAX_GROUPS);
    return group;
  }
}

function groupIdOf({ groupId, method, route, cause }: SlowRequest, { script }: Target): string {
  return groupId || [script, method, route, cause].join('\n');
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
