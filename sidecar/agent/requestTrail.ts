/**
 * When a request was seen to run, and what it waited for in between: what it takes to find it in the continuous profile.
 * Seen is what costs next to nothing: its start, the operations it starts, what it writes, a drain in its midst.
 */
import { type NamedWait, named } from './namedWait';
import { byLikelihood, isPending, type Wait } from './waitList';

/** Marks closer than that to the first of a stretch are one stretch. */
const SLOT_MS = 5;
/** Half as long as the continuous profile's interval: shorter gaps do not show in it. */
const GAP_MS = 5;
const MAX_STRETCHES = 2_000;
const MAX_OPEN = 16;

/** On the loop's clock. */
export interface Stretch {
  /** Nobody else was seen to run between this and the first mark. */
  fromMs: number;
  firstMs: number;
  lastMs: number;
  /** As `fromMs`, behind the last mark. */
  untilMs: number;
  /** What ended the gap before it. */
  waited: NamedWait | undefined;
  /** Newest operation begun within it. */
  begun: Wait | undefined;
}

export class RequestTrail {
  stretches: Stretch[] = [];
  private slotMs = SLOT_MS;
  private open: Wait[] = [];

  /** @param readMs when its first byte was read, on the loop's clock */
  constructor(readonly readMs: number) {}

  /** @param fromMs when somebody else was last seen to run */
  add(fromMs: number, nowMs: number): void {
    const last = this.stretches.at(-1);
    if (last !== undefined && nowMs - last.firstMs < this.slotMs) {
      last.lastMs = nowMs;
      last.untilMs = Number.POSITIVE_INFINITY;
      return;
    }
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, nowMs);
    this.stretches.push({
      fromMs: Math.max(fromMs, last?.lastMs ?? fromMs),
      firstMs: nowMs,
      lastMs: nowMs,
      untilMs: Number.POSITIVE_INFINITY,
      waited: last !== undefined && nowMs - last.lastMs >= GAP_MS ? this.waitedFor(last.lastMs) : undefined,
      begun: undefined,
    });
    if (this.stretches.length > MAX_STRETCHES) this.widen();
  }

  /** Somebody else is seen to run. @param untilMs until when it may have been this request */
  leave(untilMs: number): void {
    const last = this.stretches.at(-1);
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, Math.max(untilMs, last.lastMs));
  }

  /** It has started an operation, and was marked for it. */
  noteWait(wait: Wait): void {
    const last = this.stretches.at(-1);
    if (last !== undefined) last.begun = wait;
    this.open = this.open.filter(isPending);
    if (this.open.length >= MAX_OPEN) this.open.shift();
    this.open.push(wait);
  }

  /** @returns for each stretch what the gap behind it waited for */
  gapWaits(): (NamedWait | undefined)[] {
    const { stretches } = this;
    return stretches.map(({ begun, lastMs }, index) => {
      const after = stretches[index + 1];
      const waited = after === undefined ? this.waitedFor(lastMs) : after.waited;
      return waited ?? (begun && named(begun));
    });
  }

  /** What has ended of what was open then; else what it most likely still waits for. */
  private waitedFor(sinceMs: number): NamedWait | undefined {
    const before = this.open.filter(({ startedMs }) => startedMs <= sinceMs);
    const pending = new Set(before.filter(isPending));
    const ended = before.filter(wait => !pending.has(wait));
    const wait = byLikelihood(ended, 'newest')[0] ?? byLikelihood([...pending])[0];
    return wait && named(wait);
  }

  /** Makes room by making the slots longer. */
  private widen(): void {
    while (this.stretches.length > MAX_STRETCHES / 2) {
      this.slotMs *= 2;
      const wider: Stretch[] = [];
      for (const stretch of this.stretches) {
        const last = wider.at(-1);
        if (last === undefined || stretch.lastMs - last.firstMs >= this.slotMs) wider.push(stretch);
        else {
          last.lastMs = stretch.lastMs;
          last.untilMs = stretch.untilMs;
          last.begun = stretch.begun ?? last.begun;
        }
      }
      this.stretches = wider;
    }
  }
}
