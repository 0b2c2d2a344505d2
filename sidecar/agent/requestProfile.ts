/** What is noted of one request while it is profiled: when it ran, and what it waited for in between. */
import { type NamedWait, named } from './namedWait';
import type { ProfileTrigger } from './profileReports';
import { byLikelihood, isPending, type Wait } from './waitList';

/** Between two callbacks of one request that follow each other directly. */
const SEAMLESS_MS = 0.05;
/** Pending at the same time. */
const MAX_OPEN = 1_000;
/** Two numbers each. */
const MAX_RUNS = 200_000;
const UNKNOWN = -1;

export interface ProfileStart {
  id: string;
  trigger: ProfileTrigger;
  /** On the loop's clock: when the request was read, and when the profiler was ready. */
  readMs: number;
  readyMs: number;
}

export class RequestProfile {
  /** On the loop's clock: start, end, start, end … */
  readonly runs: number[] = [];
  /** For each run but the first: index in `waits` of what ended the gap before it. */
  readonly gapWaits: number[] = [];
  readonly waits: NamedWait[] = [];
  private readonly named = new Map<Wait, number>();
  private open = new Map<number, Wait>();
  private settledLast: Wait | undefined;
  private gapWait = UNKNOWN;
  private isSeamless = false;
  /** What found no room. */
  leftOut = 0;

  constructor(readonly started: ProfileStart) {}

  /** It has started an operation. */
  noteWait(wait: Wait): void {
    if (this.open.size < MAX_OPEN) this.open.set(wait.id, wait);
    else this.leftOut += 1;
  }

  /** The operation with this async id has ended. */
  settled(asyncId: number): void {
    const wait = this.open.get(asyncId);
    if (wait === undefined) return;
    this.open.delete(asyncId);
    this.settledLast = wait;
  }

  /** @param wasLastToRun nobody else has run since */
  resumes(nowMs: number, wasLastToRun: boolean): void {
    const endedMs = this.runs.at(-1);
    this.isSeamless = endedMs !== undefined && wasLastToRun && nowMs - endedMs < SEAMLESS_MS;
    if (endedMs === undefined || this.isSeamless) return;
    this.gapWait = this.nameOf(this.waitedFor(endedMs));
  }

  ran(startedMs: number, endedMs: number): void {
    const { runs } = this;
    if (runs.length > 0 && (this.isSeamless || startedMs === runs.at(-1))) {
      runs[runs.length - 1] = endedMs;
    } else if (runs.length < MAX_RUNS) {
      if (runs.length > 0) this.gapWaits.push(this.gapWait);
      runs.push(startedMs, endedMs);
    } else this.leftOut += 1;
    this.gapWait = UNKNOWN;
    this.settledLast = undefined;
  }

  /** Names what the gap from the last run to the end waited for. */
  close(): void {
    const endedMs = this.runs.at(-1);
    if (endedMs !== undefined) this.gapWaits.push(this.nameOf(this.waitedFor(endedMs)));
    this.open.clear();
  }

  /** @returns time it has run so far */
  computingMs(): number {
    let sumMs = 0;
    for (let index = 0; index < this.runs.length; index += 2) {
      sumMs += (this.runs[index + 1] ?? 0) - (this.runs[index] ?? 0);
    }
    return sumMs;
  }

  /** What has ended since the gap began, the last to be started first; else what it most likely still waits for. */
  private waitedFor(sinceMs: number): Wait | undefined {
    const before = [...this.open.values()].filter(({ startedMs }) => startedMs <= sinceMs);
    const pending = before.filter(isPending);
    if (pending.length < before.length) {
      const still = new Set(pending);
      for (const wait of before) if (!still.has(wait)) this.open.delete(wait.id);
      this.settledLast ??= before.filter(wait => !still.has(wait)).sort((a, b) => b.startedMs - a.startedMs)[0];
    }
    return this.settledLast ?? byLikelihood(pending)[0];
  }

  private nameOf(wait: Wait | undefined): number {
    if (wait === undefined) return UNKNOWN;
    const known = this.named.get(wait);
    if (known !== undefined) return known;
    this.named.set(wait, this.waits.length);
    this.waits.push(named(wait));
    return this.waits.length - 1;
  }
}
