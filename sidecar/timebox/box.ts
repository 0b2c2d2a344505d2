/** One running box: its limit, its place among the others, and what is to be done when it ends. */
import { type CallSite, whereCalled } from './callSite';
import { type ErrorSource, makeError } from './errorSource';
import { StateError, type TimeboxFacts } from './errors';
import type { Quota } from './quota';
import type { Frame } from './sandbox';

/** What the code in a box is given. */
export interface Box {
  /** What it was allowed when it began, in milliseconds. */
  readonly budgetMs: number;
  /**
   * Aborted with the box's error as its reason when the code has returned a promise and time is up; never when the box
   * ends before that, nor when code is stopped that has not returned.
   */
  readonly signal: AbortSignal;
  /**
   * @param cleanup called when the box ends, however it does, the last given first. One that throws keeps no other from
   *   being called; what it throws is thrown by the box if nothing else is, and is otherwise a warning of the process.
   * @throws StateError when the box has ended
   */
  defer(cleanup: () => unknown): void;
  /** @returns what is left for this box, also by the boxes around it, in milliseconds; never less than 0 */
  remainingMs(): number;
}

export interface BoxSetup {
  readonly budgetMs: number;
  readonly quota: Quota | undefined;
  readonly errorSource: ErrorSource | undefined;
  /** The nearest box around it. */
  readonly parent: BoxState | undefined;
  readonly nowMs: () => number;
  /** The function that the application has called. */
  readonly callSite: CallSite;
}

export class BoxState implements Box {
  readonly budgetMs: number;
  /** By its own budget alone. */
  readonly ownDeadlineMs: number;
  /** 'sync' until it has returned a promise. */
  phase: 'sync' | 'async' | 'ended' = 'sync';
  /** A watchdog of its own, which stops what runs too long in it; without one it relies on that of a box around it. */
  watch: { untilMs: number; frame: Frame } | undefined;
  /** Boxes in its async context that wait for a promise. */
  readonly inner = new Set<BoxState>();
  /** What the code has returned, if it is a promise of any kind. */
  promised: PromiseLike<unknown> | undefined;
  private readonly startedMs: number;
  private readonly cleanups: (() => unknown)[] = [];
  private parentBox: BoxState | undefined;
  private controller: AbortController | undefined;
  private failure: { error: unknown } | undefined;
  private at: object | undefined;
  private isCharging = false;

  /** Has no effect on anything yet: the box may be stopped from outside before it has a place among the others. */
  constructor(private readonly setup: BoxSetup) {
    this.budgetMs = setup.budgetMs;
    this.startedMs = setup.nowMs();
    this.ownDeadlineMs = this.startedMs + setup.budgetMs;
    this.parentBox = setup.parent;
  }

  /** The nearest box around it that has not ended. */
  get parent(): BoxState | undefined {
    // Those that have ended are let go of, or a chain of boxes each of which starts the next would never be freed.
    while (this.parentBox?.phase === 'ended') this.parentBox = this.parentBox.parentBox;
    return this.parentBox;
  }

  /** By its own budget and those of the boxes around it. */
  get deadlineMs(): number {
    return Math.min(this.ownDeadlineMs, this.parent?.deadlineMs ?? Number.POSITIVE_INFINITY);
  }

  get facts(): TimeboxFacts {
    return { budgetMs: this.budgetMs, elapsedMs: this.setup.nowMs() - this.startedMs };
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.failure !== undefined) this.controller.abort(this.failure.error);
    }
    return this.controller.signal;
  }

  // These two are bound, since code takes them apart: `({ defer }) => …`.
  readonly defer = (cleanup: () => unknown): void => {
    if (this.phase === 'ended') throw new StateError('this box has ended: nothing would call the cleanup');
    this.cleanups.push(cleanup);
  };

  readonly remainingMs = (): number => Math.max(0, this.deadlineMs - this.setup.nowMs());

  /** Where it was called. Found out the first time, while its caller is on the stack. */
  get whereCalled(): object {
    this.at ??= whereCalled(this.setup.callSite);
    return this.at;
  }

  /** @returns the error that this box throws because its own time is up: the same one each time */
  expiryError(): unknown {
    this.failure ??= { error: makeError(this.setup.errorSource, this.facts, this.whereCalled) };
    return this.failure.error;
  }

  /**
   * @param error why the box ends before its code does. The signal stays as it is when the code was stopped before it
   *   returned: promises that it had made are nobody's then, and each that an abort rejects would end the process.
   */
  abort(error: unknown): void {
    this.failure ??= { error };
    if (this.promised !== undefined) this.controller?.abort(error);
  }

  /** @param value what the code has returned: a watchdog that fires right now would leave a promise without a listener */
  noteReturned(value: unknown): void {
    // No other thenables: some of database libraries start their query each time.
    if (value instanceof Promise) value.catch(() => {});
    if (isThenable(value)) this.promised = value;
  }

  /** @returns the cleanup to be called next; it is not given again, so that an interrupted sweep can be taken up */
  takeCleanup(): (() => unknown) | undefined {
    return this.cleanups.pop();
  }

  // V8 stops code where a function begins or a loop turns. Nothing of that lies between charging a quota and noting it.
  startQuota(): void {
    this.setup.quota?.enter();
    this.isCharging = true;
  }

  /** Its quota is charged no further. Does nothing the second time. */
  stopQuota(): void {
    if (!this.isCharging) return;
    this.setup.quota?.leave();
    this.isCharging = false;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
