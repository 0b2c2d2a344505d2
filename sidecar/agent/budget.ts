/** How much the stacks of waits may cost: a share of the clock, as a token bucket measured in milliseconds. */

/** Of one core. Two buckets of one per cent each keep the stacks of a saturated server below two per cent. */
const SHARE = 0.01;
/** What a stack allocates has to be collected, which costs about as much again as taking it: measured with Express and pg. */
const GARBAGE_FACTOR = 2;
/**
 * After some quiet seconds: enough for about 4,000 stacks at once in a warm app, and for 400 in one that has just started,
 * where each costs ten times as much. With 8 ms, of 200 requests that came at once 40 had none.
 */
const BURST_MS = 32;
/** Requests older than this draw on a bucket of their own, so that many fast requests cannot leave a slow one blind. */
const AGED_AFTER_MS = 50;

class Bucket {
  private leftMs = BURST_MS;

  refill(elapsedMs: number): void {
    this.leftMs = Math.min(BURST_MS, this.leftMs + elapsedMs * SHARE);
  }

  get empty(): boolean {
    return this.leftMs <= 0;
  }

  spend(costMs: number): void {
    this.leftMs -= costMs;
  }
}

export class StackBudget {
  private readonly young = new Bucket();
  private readonly aged = new Bucket();
  private refilledMs: number;
  /** CPU time spent on stacks so far. */
  spentMs = 0;

  constructor(private readonly nowMs: () => number) {
    this.refilledMs = nowMs();
  }

  /**
   * @param requestAgeMs age of the request that wants a stack
   * @param take takes the stack
   * @returns what `take` returned; undefined when the budget is used up
   */
  run<T>(requestAgeMs: number, take: () => T): T | undefined {
    const bucket = requestAgeMs < AGED_AFTER_MS ? this.young : this.aged;
    if (bucket.empty) return undefined;
    const startedMs = this.nowMs();
    const result = take();
    const costMs = (this.nowMs() - startedMs) * GARBAGE_FACTOR;
    bucket.spend(costMs);
    this.spentMs += costMs;
    return result;
  }

  /** To be called now and then; the drain does. */
  refill(): void {
    const nowMs = this.nowMs();
    this.young.refill(nowMs - this.refilledMs);
    this.aged.refill(nowMs - this.refilledMs);
    this.refilledMs = nowMs;
  }
}
