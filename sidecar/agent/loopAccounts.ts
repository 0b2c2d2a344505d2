/**
 * Whose time the event loop's busy time was. Busy time as a whole is exact (the clock minus libuv's idle time); whose it
 * was is known at every drain that finds JavaScript running, and at the ends of blocks. What is left is shared equally
 * between the requests in flight: with one request in flight that is exact again.
 */
import type { RequestRecord } from './requests';
import type { Clock } from './runtime';

export class LoopAccounts {
  /** Busy time per request in flight that could not be told apart, since the start. */
  private sharedMs = 0;
  private settledMs: number;
  private settledBusyMs: number;
  /** Busy time that was the agent's own and is nobody's. */
  private ownCostMs = 0;
  private settledOwnCostMs = 0;

  constructor(private readonly clock: Clock) {
    this.settledMs = clock.nowMs();
    this.settledBusyMs = this.busyMs();
  }

  /** Time the loop has spent outside its poll phase since the process started, the agent's drains left out. */
  busyMs(): number {
    return this.clock.nowMs() - this.clock.idleMs() - this.ownCostMs;
  }

  /** Busy time since the last settlement. */
  unsettledMs(): number {
    return Math.max(0, this.busyMs() - this.settledBusyMs);
  }

  /** Time the loop has spent in its poll phase since the process started. */
  idleMs(): number {
    return this.clock.idleMs();
  }

  /** Figures a request keeps from its start. */
  opening(): { busyAtStartMs: number; sharedAtStartMs: number } {
    return { busyAtStartMs: this.busyMs(), sharedAtStartMs: this.sharedMs };
  }

  /**
   * Settles the busy time since the last settlement.
   *
   * @param holder request whose JavaScript runs now; `other` when it is other work; undefined when the loop is idle
   * @param inFlight number of requests in flight
   * @returns busy time and clock time since the last settlement, the agent's own work left out of both: on a starved
   *   machine a drain takes long, and a loop that did nothing else would not look held
   */
  settle(holder: RequestRecord | 'other' | undefined, inFlight: number): { busyMs: number; elapsedMs: number } {
    const nowMs = this.clock.nowMs();
    const busyMs = this.unsettledMs();
    const elapsedMs = nowMs - this.settledMs - (this.ownCostMs - this.settledOwnCostMs);
    this.settledMs = nowMs;
    this.settledBusyMs = this.busyMs();
    this.settledOwnCostMs = this.ownCostMs;
    let unknownMs = busyMs;
    if (holder === 'other') unknownMs = 0;
    else if (holder !== undefined) {
      const holdersMs = Math.min(busyMs, Math.max(0, nowMs - holder.startedMs));
      holder.ownMs += holdersMs;
      unknownMs -= holdersMs;
    }
    if (inFlight > 0) this.sharedMs += unknownMs / inFlight;
    return { busyMs, elapsedMs };
  }

  /** Takes the agent's own work out of the accounts. */
  discount(costMs: number): void {
    this.ownCostMs += costMs;
  }

  /** @returns time the loop computed for this request, an estimate with an exact upper bound */
  computingMs(record: RequestRecord): number {
    const shareMs = this.sharedMs - record.sharedAtStartMs;
    const busySinceStartMs = this.busyMs() - record.busyAtStartMs;
    return Math.max(0, Math.min(record.ownMs + shareMs, busySinceStartMs));
  }
}
