/** What the agent's own code costs the app, measured as it runs. */

/** One call in this many is measured and stands for the others: the two clock readings cost as much as the call. */
const SAMPLE_EVERY = 64;

export class OwnCost {
  totalMs = 0;
  private calls = 0;

  constructor(private readonly nowMs: () => number) {}

  add(costMs: number): void {
    this.totalMs += costMs;
  }

  /** Runs a part of a hook that every request goes through. */
  sampled<T>(run: () => T): T {
    this.calls += 1;
    if (this.calls % SAMPLE_EVERY !== 0) return run();
    const startedMs = this.nowMs();
    try {
      return run();
    } finally {
      this.totalMs += (this.nowMs() - startedMs) * SAMPLE_EVERY;
    }
  }
}
