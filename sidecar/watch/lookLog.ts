/** What a request was doing each time it was looked at: at its threshold, every second after that, and when it hung. */
import type { Cause, Frame, Look, LookShare } from '../protocol/values';

/** Between two looks. */
const EVERY_MS = 1_000;
/** Those at a steady pace; the one at the hung level comes on top. */
const STEADY_LOOKS = 10;

/** What one look found. */
export interface Sight {
  cause: Cause;
  /** Guilty frame, or the innermost one. */
  frame: Frame | undefined;
  /** What is waited for. */
  wait: string | undefined;
}

export class LookLog {
  private readonly folded: Look[] = [];
  private steady = 0;
  private dueMs = 0;
  private sawHung = false;

  /**
   * @param ageMs of the request
   * @param hungMs age from which on it is hung
   * @returns true when it is time to look
   */
  isDue(ageMs: number, hungMs: number): boolean {
    return this.isSteadyDue(ageMs) || (!this.sawHung && ageMs >= hungMs);
  }

  /** Adds what a look found. One that comes late, since the app did not answer, stands for all that were due. */
  add(ageMs: number, hungMs: number, sight: Sight): void {
    if (this.isSteadyDue(ageMs)) {
      this.steady += 1;
      this.dueMs = ageMs + EVERY_MS;
    }
    this.sawHung ||= ageMs >= hungMs;
    this.fold(ageMs, sight);
  }

  private isSteadyDue(ageMs: number): boolean {
    return this.steady < STEADY_LOOKS && ageMs >= this.dueMs;
  }

  private fold(atMs: number, { cause, frame, wait }: Sight): void {
    const last = this.folded.at(-1);
    const look: Look = { atMs, sameForMs: 0, count: 1, cause };
    if (frame) look.frame = frame;
    if (wait !== undefined) look.wait = wait;
    if (last === undefined || keyOf(last) !== keyOf(look)) {
      this.folded.push(look);
      return;
    }
    last.count += 1;
    last.sameForMs = atMs - last.atMs;
    if (wait !== undefined) last.wait = wait;
  }

  get isEmpty(): boolean {
    return this.folded.length === 0;
  }

  /** Oldest first; equal ones that follow each other are one. */
  get looks(): Look[] {
    return this.folded.map(look => ({ ...look }));
  }

  /** Which share of the looks found it where, most first. */
  get shares(): LookShare[] {
    const byPlace = new Map<string, LookShare>();
    const total = this.folded.reduce((sum, { count }) => sum + count, 0);
    for (const { count, cause, frame, wait } of this.folded) {
      const key = keyOf({ cause, frame, wait });
      const looks = (byPlace.get(key)?.looks ?? 0) + count;
      const place = { ...(frame ? { frame } : {}), ...(wait === undefined ? {} : { wait }) };
      byPlace.set(key, { share: looks / total, looks, cause, ...place });
    }
    return [...byPlace.values()].sort((a, b) => b.looks - a.looks);
  }
}

/** The same place for the same cause; what is waited for counts only where no frame says it. */
function keyOf({ cause, frame, wait }: { cause: Cause; frame?: Frame | undefined; wait?: string | undefined }): string {
  const place = frame ? `${frame.file}:${frame.line}:${frame.column}` : (wait ?? '');
  return `${cause} ${place}`;
}
