/** What a request did lately, out of reports whose figures count from its start. */
import type { Evidence, Look, PendingWait, RawFrame, RequestReport } from '../agent/reports';
import type { Cause, TimeSplit } from '../protocol/values';
import { causeOf, timeSplit } from './timeSplit';

/** What a stretch of a request's time went to. */
export interface Stretch {
  cause: Cause;
  /** Stack of what it computed or waits for; empty when it was held up or none is known. */
  frames: RawFrame[];
  /** What was waited for. */
  wait?: string;
}

interface Figures {
  time: TimeSplit;
  /** Loop time that each stack stands for. */
  weights: ReadonlyMap<string, number>;
}

const AT_START: Figures = { time: { computingMs: 0, waitingMs: 0, heldUpMs: 0 }, weights: new Map() };

export class Stretches {
  private atReportBefore = AT_START;
  private newest = AT_START;
  private atLook = AT_START;
  private evidence: Evidence | undefined;
  /** Operation that was pending when the request was last seen alive. */
  private wait: PendingWait | undefined;

  /** Takes the next report of the request, with the newest evidence there is. */
  hear(report: RequestReport, evidence: Evidence | undefined): void {
    this.atReportBefore = this.newest;
    this.evidence = evidence;
    const weights = new Map(evidence?.looks.map(look => [keyOf(look), look.weightMs]));
    this.newest = { time: timeSplit(report), weights };
    if (report.end === undefined) this.wait = evidence?.waits[0];
  }

  /** @param isOnLoop true when its JavaScript was running at that very moment. @returns what it does now */
  now(isOnLoop: boolean): Stretch {
    const stretch = this.since(this.atReportBefore, isOnLoop ? 'computing' : undefined);
    this.atLook = this.newest;
    return stretch;
  }

  /** @returns what it did from the look before until its end */
  sinceLook(): Stretch {
    return this.since(this.atLook, undefined);
  }

  private since(before: Figures, known: Cause | undefined): Stretch {
    const cause = known ?? causeOf(difference(this.newest.time, before.time));
    if (cause === 'heldUp') return { cause, frames: [] };
    if (cause === 'computing') return { cause, frames: this.heaviestSince(before)?.frames ?? [] };
    if (this.wait === undefined) return { cause, frames: this.evidence?.lastWait?.frames ?? [] };
    return { cause, frames: this.wait.frames, wait: this.wait.label };
  }

  /** The agent's order, its heaviest first, decides among those that did not grow. */
  private heaviestSince({ weights }: Figures): Look | undefined {
    let heaviest: Look | undefined;
    let mostMs = Number.NEGATIVE_INFINITY;
    for (const look of this.evidence?.looks ?? []) {
      const grownMs = look.weightMs - (weights.get(keyOf(look)) ?? 0);
      if (grownMs > mostMs) {
        heaviest = look;
        mostMs = grownMs;
      }
    }
    return heaviest;
  }
}

function difference(now: TimeSplit, before: TimeSplit): TimeSplit {
  return {
    computingMs: now.computingMs - before.computingMs,
    waitingMs: now.waitingMs - before.waitingMs,
    heldUpMs: now.heldUpMs - before.heldUpMs,
  };
}

function keyOf({ frames }: Look): string {
  return frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join('|');
}
