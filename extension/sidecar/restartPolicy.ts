/** When a sidecar that ended by itself is started again: a few times, not for ever. */

const MAX_RESTARTS = 3;
const WITHIN_MS = 60_000;

export class RestartPolicy {
  private restartedMs: number[] = [];

  /** @param nowMs monotonic clock */
  constructor(private readonly nowMs: () => number) {}

  /** @returns true when it may be started again now, which then counts */
  mayRestart(): boolean {
    const nowMs = this.nowMs();
    this.restartedMs = this.restartedMs.filter(atMs => nowMs - atMs < WITHIN_MS);
    if (this.restartedMs.length >= MAX_RESTARTS) return false;
    this.restartedMs.push(nowMs);
    return true;
  }
}
