/** What is to be told of the requests in flight. Thousands may be: a drain has to stay below 2 ms with them, too. */
import type { InFlight } from './reports';
import type { RequestJudge } from './requestJudge';
import type { RequestRecord } from './requests';
import { routeOf } from './routes';
import type { Clock, Load } from './runtime';

/** Judging this many takes half a millisecond; it comes to the rest in the next drain. */
const MAX_JUDGED = 100;
/** More are counted only. */
const MAX_TOLD = 10;
/** The sidecar wants to know of older ones only. */
const OLD_MS = 250;

export class InFlightRequests {
  /**
   * @param records oldest first
   */
  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
    private readonly judge: RequestJudge,
    private readonly records: () => Iterable<RequestRecord>,
  ) {}

  /**
   * @returns those over their threshold, and those that were told of already, whatever is said of them now; and how many
   *   are old enough but could not be judged yet
   */
  slow(nowMs: number): { slow: RequestRecord[]; unjudged: number } {
    const { smallestMs } = this.judge;
    const slow: RequestRecord[] = [];
    let judged = 0;
    let unjudged = 0;
    for (const record of this.records()) {
      const ageMs = nowMs - record.startedMs;
      if (record.reportedEvidence !== undefined) slow.push(record);
      else if (ageMs >= smallestMs) {
        if (!this.judge.hasJudged(record, ageMs)) judged += 1;
        if (judged > MAX_JUDGED && !this.judge.hasJudged(record, ageMs)) unjudged += 1;
        else if (ageMs >= this.judge.verdictOf(record, ageMs).thresholdMs) slow.push(record);
      }
    }
    return { slow, unjudged };
  }

  /** @returns the oldest, those left out that are meant to last */
  oldest(): InFlight[] {
    const told: InFlight[] = [];
    for (const record of this.records()) {
      if (told.length >= MAX_TOLD) break;
      if (record.verdict?.ignoredAs !== undefined) continue;
      const { number, method, startedMs } = record;
      const route = routeOf(this.load, record);
      told.push({ requestNumber: number, method, route, startedAtMs: this.clock.epochMs(startedMs) });
    }
    return told;
  }

  /** @returns age of the oldest that is not meant to last; 0 when there is none */
  oldestMs(nowMs: number): number {
    let judged = 0;
    for (const record of this.records()) {
      const ageMs = nowMs - record.startedMs;
      if (ageMs < OLD_MS || judged >= MAX_JUDGED) return ageMs;
      if (!this.judge.hasJudged(record, ageMs)) judged += 1;
      if (this.judge.verdictOf(record, ageMs).ignoredAs === undefined) return ageMs;
    }
    return 0;
  }
}
