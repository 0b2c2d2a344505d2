/** Judges single requests: slow from when on, or not watched for slowness at all. */
import type { Ignored } from './reports';
import { lastsByDesign } from './requestKinds';
import type { RequestRecord } from './requests';
import type { RoutePolicy } from './routePolicy';
import { pathOf, routeOf } from './routes';
import type { Load } from './runtime';
import type { Verdict } from './verdict';

/** Different routes counted; what comes later is too rare or too many to tell one by one. */
const MAX_COUNTED = 200;
const MAX_TOLD = 20;
/** Nobody asks how long a younger one is meant to last: see the age from which the sidecar looks more often. */
const KIND_MATTERS_MS = 250;

export class RequestJudge {
  private readonly counts = new Map<string, Ignored>();

  constructor(
    private readonly load: Load,
    private policy: RoutePolicy,
  ) {}

  /** Judges by other rules from now on, requests in flight too. */
  use(policy: RoutePolicy): void {
    this.policy = policy;
  }

  /** Younger requests are slow by no rule. */
  get smallestMs(): number {
    return this.policy.smallestMs;
  }

  /** @returns true when asking for the verdict costs next to nothing */
  hasJudged({ verdict }: RequestRecord, ageMs: number): boolean {
    return verdict !== undefined && verdict.policy === this.policy && ageMs < verdict.holdsUntilMs;
  }

  /** @returns the verdict of before as long as it holds: a new one costs some 5 µs, and thousands may be in flight */
  verdictOf(record: RequestRecord, ageMs: number): Verdict {
    const { verdict } = record;
    return verdict !== undefined && this.hasJudged(record, ageMs) ? verdict : this.judged(record, ageMs);
  }

  /** @returns threshold to tell of a request that is told of, whatever is said of its route by now */
  thresholdMs(record: RequestRecord, ageMs: number): number {
    const { thresholdMs } = this.verdictOf(record, ageMs);
    return Number.isFinite(thresholdMs) ? thresholdMs : this.policy.thresholdMs;
  }

  /** To be asked at the end of a request. */
  wasSlow(record: RequestRecord): boolean {
    const { durationMs } = record;
    return durationMs >= this.policy.smallestMs && durationMs >= this.judged(record, durationMs).thresholdMs;
  }

  /** Requests that were over the general threshold and are ignored, the most frequent routes. */
  get ignored(): Ignored[] {
    return [...this.counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_TOLD);
  }

  private judged(record: RequestRecord, ageMs: number): Verdict {
    const { policy } = this;
    const route = policy.hasRules ? routeOf(this.load, record) : '';
    const rule = policy.hasRules ? policy.ruleFor(record.method, route, pathOf(record.url)) : undefined;
    const kindMattersMs = Math.min(policy.thresholdMs, KIND_MATTERS_MS);
    let ignoredAs: string | undefined;
    if (rule === 'ignore') ignoredAs = 'rule';
    else if (rule === undefined && ageMs >= kindMattersMs) ignoredAs = lastsByDesign(this.load, record);
    const thresholdMs = ignoredAs === undefined ? numeric(rule ?? policy.thresholdMs) : Number.POSITIVE_INFINITY;
    const changesAtMs = [kindMattersMs, policy.thresholdMs, thresholdMs].filter(each => each > ageMs);
    const verdict: Verdict = {
      policy,
      thresholdMs,
      ignoredAs,
      holdsUntilMs: Math.min(2 * ageMs, ...changesAtMs),
      isCounted: record.verdict?.isCounted ?? false,
    };
    record.verdict = verdict;
    if (ignoredAs !== undefined && ageMs >= policy.thresholdMs) this.count(record, verdict, ignoredAs);
    return verdict;
  }

  private count(record: RequestRecord, verdict: Verdict, reason: string): void {
    if (verdict.isCounted) return;
    verdict.isCounted = true;
    const route = `${record.method} ${routeOf(this.load, record)}`;
    const key = `${reason} ${route}`;
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else if (this.counts.size < MAX_COUNTED) this.counts.set(key, { reason, route, count: 1 });
  }
}

function numeric(rule: number | 'ignore'): number {
  return rule === 'ignore' ? Number.POSITIVE_INFINITY : rule;
}
