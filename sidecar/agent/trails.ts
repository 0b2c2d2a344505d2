/** The trails of all requests while the continuous profile runs, and those of slow ones for a while after their end. */
import type { NamedWait } from './namedWait';
import type { RawTrail } from './profileReports';
import { identityOf, type OtherStretch, othersBetween, profiledWaits } from './rawProfile';
import { redactUrl } from './redaction';
import type { RequestEnd } from './reports';
import type { RequestRecord } from './requests';
import { RequestTrail } from './requestTrail';
import { routeOf } from './routes';
import { type Clock, type Load, profilerOffsetUs } from './runtime';

/** Ended and not yet taken. */
const MAX_KEPT = 20;
const KEPT_MS = 10_000;
/** To spell them all out takes the app some 5 ms. */
const MAX_WAITS = 500;
/** Long stretches of other requests, most of which are told of when they end. */
const MAX_BLOCKS = 200;

interface Kept {
  head: TrailHead;
  trail: RequestTrail;
  startedMs: number;
  endedMs: number;
}

type TrailHead = Pick<RawTrail, 'requestNumber' | 'method' | 'url' | 'route' | 'end'>;

export class Trails {
  private isOn = false;
  private last: RequestTrail | undefined;
  private markedMs = 0;
  private readonly kept = new Map<number, Kept>();
  private blocks: OtherStretch[] = [];
  private readonly offsetUs: number;

  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
  ) {
    this.offsetUs = profilerOffsetUs(clock);
  }

  switchOn(): void {
    this.isOn = true;
  }

  switchOff(): void {
    this.isOn = false;
    this.last = undefined;
    this.kept.clear();
    this.blocks = [];
  }

  /** To be called before the request's handler. */
  start(record: RequestRecord): void {
    if (!this.isOn) return;
    const nowMs = this.clock.nowMs();
    record.trail = new RequestTrail(nowMs);
    this.mark(record, nowMs, nowMs);
  }

  /**
   * Says who runs now.
   *
   * @param record undefined for work of no request
   * @param atMs on the loop's clock; now when it is left out
   * @param foreignUntilMs until when whoever was seen before may have gone on
   */
  mark(record: RequestRecord | undefined, atMs?: number, foreignUntilMs = 0): void {
    if (!this.isOn) return;
    const nowMs = atMs ?? this.clock.nowMs();
    const trail = record?.trail;
    if (this.last !== trail) this.last?.leave(foreignUntilMs);
    trail?.add(foreignUntilMs || this.markedMs, nowMs);
    this.last = trail;
    this.markedMs = nowMs;
  }

  /** Notes that the request does not run any more. */
  end(record: RequestRecord, endedMs: number): void {
    if (record.trail === undefined || this.last !== record.trail) return;
    this.last.leave(endedMs);
    this.last = undefined;
    this.markedMs = endedMs;
  }

  /** Notes that a request is known to have held the loop. */
  noteBlock(record: RequestRecord, startedMs: number, endedMs: number): void {
    if (!this.isOn) return;
    this.blocks.push({ startedMs, endedMs, by: identityOf(record) });
    if (this.blocks.length > MAX_BLOCKS) this.blocks.shift();
  }

  /** Keeps the trail of a request that was slow, for a few seconds. */
  keep(record: RequestRecord, end: RequestEnd): void {
    const { trail, number, startedMs, durationMs } = record;
    if (trail === undefined) return;
    this.kept.set(number, { head: this.headOf(record, end), trail, startedMs, endedMs: startedMs + durationMs });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  /** Forgets what nobody has taken in time. */
  settle(nowMs: number): void {
    for (const [number, { endedMs }] of this.kept) if (nowMs - endedMs > KEPT_MS) this.kept.delete(number);
  }

  /**
   * @param running the request, when it has not ended
   * @returns JSON of RawTrail, which is forgotten here; empty when there is none
   */
  take(requestNumber: number, running: RequestRecord | undefined): string {
    const kept = this.kept.get(requestNumber);
    this.kept.delete(requestNumber);
    if (kept !== undefined) return JSON.stringify(this.rawTrail(kept));
    if (running?.trail === undefined) return '';
    const { trail, startedMs } = running;
    const head = this.headOf(running, { kind: 'cut', reason: 'it was still running' });
    return JSON.stringify(this.rawTrail({ head, trail, startedMs, endedMs: this.clock.nowMs() }));
  }

  private headOf(record: RequestRecord, end: RawTrail['end']): TrailHead {
    const { number: requestNumber, method, url } = record;
    return { requestNumber, method, url: redactUrl(url), route: routeOf(this.load, record), end };
  }

  private rawTrail({ head, trail, startedMs, endedMs }: Kept): RawTrail {
    const toUs = (ms: number) => Math.round((Math.min(ms, endedMs) - startedMs) * 1000);
    const { waits, indices } = distinct(trail.gapWaits());
    const span = { requestNumber: head.requestNumber, startMs: startedMs, endMs: endedMs };
    return {
      ...head,
      startedAtMs: this.clock.epochMs(startedMs),
      startUs: startedMs * 1000 + this.offsetUs,
      durationUs: toUs(endedMs),
      readUs: toUs(trail.readMs),
      stretches: trail.stretches.flatMap(({ fromMs, firstMs, lastMs, untilMs }) =>
        [fromMs, firstMs, lastMs, untilMs].map(toUs),
      ),
      gapWaits: indices,
      ...profiledWaits(waits, ms => Math.round((ms - startedMs) * 1000)),
      ...othersBetween(this.blocks, span, toUs),
    };
  }
}

/** @returns each wait once, and for each gap the index of its own; of the one before, when there is no room for more */
function distinct(gapWaits: readonly (NamedWait | undefined)[]): { waits: NamedWait[]; indices: number[] } {
  const known = new Map<object, number>();
  const waits: NamedWait[] = [];
  const indices = gapWaits.map(named => {
    if (named === undefined) return -1;
    if (!known.has(named.wait) && waits.length < MAX_WAITS) known.set(named.wait, waits.push(named) - 1);
    return known.get(named.wait) ?? waits.length - 1;
  });
  return { waits, indices };
}
