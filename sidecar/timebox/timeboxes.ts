/**
 * The rules of boxes, for all boxes of a thread. Nothing here relies on `catch` or `finally`: when the watchdog of an
 * outer box stops an inner one, no code of the inner one runs any more, and the outer one does what is left to do.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AsyncBoxes } from './asyncBoxes';
import { type Box, BoxState } from './box';
import type { CallSite } from './callSite';
import { endBox, throwAny, warnOf } from './cleanups';
import { tellFired, tellIfNear } from './diagnostics';
import type { ErrorSource } from './errorSource';
import { StateError } from './errors';
import { outermostExpired } from './expiry';
import { checkedBudgetMs } from './limits';
import { Quota } from './quota';
import type { Clock, Outcome, Sandbox } from './sandbox';

export interface Order<T> {
  limit: number | Quota;
  errorSource: ErrorSource | undefined;
  body: (box: Box) => T;
  /** The function that the application has called. */
  callSite: CallSite;
}

type Completed<T> = Exclude<Outcome<T>, { kind: 'interrupted' }>;

export class Timeboxes {
  /** The innermost box of what runs now, and of what was started in it. */
  private readonly context = new AsyncLocalStorage<BoxState>();
  /** Boxes on the stack of calls, the innermost last. */
  private readonly running: BoxState[] = [];
  private isSweepDue = false;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly clock: Clock,
    private readonly asyncBoxes: AsyncBoxes,
  ) {}

  /** @returns what the body does, or a promise of it if that has a `then` */
  run<T>({ limit, errorSource, body, callSite }: Order<T>): T | Promise<unknown> {
    const quota = limit instanceof Quota ? limit : undefined;
    const budgetMs = quota === undefined ? checkedBudgetMs(limit) : quota.remaining();
    const parent = this.nearest();
    if (parent !== undefined) this.throwIfExpired(parent);
    const { nowMs } = this.clock;
    const box = new BoxState({ budgetMs, quota, errorSource, parent, nowMs, callSite });
    this.running.push(box);
    if (budgetMs === 0) return this.throwFired(box);
    box.startQuota();
    const outcome = this.execute(box, () => this.context.run(box, body, box));
    if (outcome.kind === 'interrupted') return this.throwFired(box);
    this.dropWithin(box, new StateError('this timebox was stopped from outside'));
    if (outcome.kind === 'threw' || !isThenable(outcome.value)) return this.conclude(box, outcome);
    const promise = this.asyncBoxes.start(box, outcome.value);
    this.running.pop();
    return promise;
  }

  /** Runs the body, with a watchdog only if none that is due before watches this code already. */
  private execute<T>(box: BoxState, body: () => T): Outcome<T> {
    const { deadlineMs } = box;
    const watch = this.running.findLast(({ watchedUntilMs }) => watchedUntilMs !== undefined);
    const isCovered = watch?.watchedUntilMs !== undefined && watch.watchedUntilMs <= deadlineMs;
    if (isCovered && this.sandbox.isWithinInnermost()) return this.sandbox.plain(body);
    box.watchedUntilMs = deadlineMs;
    return this.sandbox.watched(Math.max(0, deadlineMs - this.clock.nowMs()), body);
  }

  private conclude<T>(box: BoxState, outcome: Completed<T>): T {
    tellIfNear(box, false);
    const errors = endBox(box, this.sandbox);
    this.running.pop();
    if (outcome.kind === 'returned') {
      throwAny(errors);
      return outcome.value;
    }
    warnOf(errors);
    throw outcome.error;
  }

  /** Ends a box whose time, or that of one around it, is up: the outermost of them wins. */
  private throwFired(box: BoxState): never {
    const { facts } = box;
    // Watchdog and clock are not read at the same moment.
    const nowMs = Math.max(this.clock.nowMs(), box.deadlineMs);
    const expired = outermostExpired(box, nowMs) ?? box;
    const error = expired.phase === 'async' ? this.asyncBoxes.fire(expired) : expired.expiryError();
    this.dropWithin(box, error);
    this.drop(box, error);
    if (expired === box) tellFired(box, facts, false);
    this.throwIfLost(nowMs);
    throw error;
  }

  /** A box around this one may have expired at the same moment: only the inner watchdog's order was carried out then. */
  private throwIfLost(nowMs: number): void {
    const lost = this.running.find(({ watchedUntilMs = Number.POSITIVE_INFINITY }) => watchedUntilMs <= nowMs);
    if (lost !== undefined) this.throwIfExpired(lost);
  }

  private throwIfExpired(box: BoxState): void {
    const nowMs = this.clock.nowMs();
    const expired = outermostExpired(box, nowMs);
    if (expired === undefined) return;
    if (expired.phase === 'async') throw this.asyncBoxes.fire(expired);
    if (!this.sandbox.isWithinInnermost()) return;
    this.sandbox.interruptAgain(nowMs - expired.ownDeadlineMs);
    throw expired.expiryError();
  }

  /** @returns the box that the next one will be in */
  private nearest(): BoxState | undefined {
    const isWithin = this.running.length > 0 && this.sandbox.isWithinInnermost();
    if (this.running.length > 0 && !isWithin) this.sweepLater();
    let box = this.context.getStore();
    while (box !== undefined && box.phase !== 'async' && !this.running.includes(box)) box = box.parent;
    // In a callback that was bound to another async context it is still the stack of calls that holds it.
    return box ?? (isWithin ? this.running.at(-1) : undefined);
  }

  /**
   * Somebody else may have terminated JavaScript (a debugger, a `vm` time-out around boxes) and boxes with it, which
   * shows only in that this code does not seem to be in them. No box is on the stack when microtasks run.
   */
  private sweepLater(): void {
    if (this.isSweepDue) return;
    this.isSweepDue = true;
    queueMicrotask(() => {
      this.isSweepDue = false;
      this.dropWithin(undefined, new StateError('this timebox was stopped from outside'));
    });
  }

  /** @param box all within it are dropped, the innermost first; all there are if it is undefined */
  private dropWithin(box: BoxState | undefined, error: unknown): void {
    for (let last = this.running.at(-1); last !== undefined && last !== box; last = this.running.at(-1)) {
      this.drop(last, error);
    }
  }

  /** Ends the innermost box, whose code does not run any more. */
  private drop(box: BoxState, error: unknown): void {
    box.abort(error);
    this.asyncBoxes.endInner(box, error);
    warnOf(endBox(box, this.sandbox));
    this.running.pop();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
