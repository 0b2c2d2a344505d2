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

const STOPPED = 'this timebox was stopped from outside';

type Completed<T> = Exclude<Outcome<T>, { kind: 'interrupted' }>;

export class Timeboxes {
  /** The innermost box of what runs now, and of what was started in it. */
  private readonly context = new AsyncLocalStorage<BoxState>();
  /** Boxes on the stack of calls, the innermost last. */
  private readonly running: BoxState[] = [];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly clock: Clock,
    private readonly asyncBoxes: AsyncBoxes,
  ) {}

  /** @returns what the body does, or a promise of it if that has a `then` */
  run<T>({ limit, errorSource, body, callSite }: Order<T>): T | Promise<unknown> {
    this.sandbox.prepare();
    const quota = limit instanceof Quota ? limit : undefined;
    const budgetMs = quota === undefined ? checkedBudgetMs(limit) : quota.remaining();
    const parent = this.nearest();
    if (parent !== undefined) this.throwIfExpired(parent);
    const { nowMs } = this.clock;
    const box = new BoxState({ budgetMs, quota, errorSource, parent, nowMs, callSite });
    this.running.push(box);
    if (budgetMs === 0) return this.throwFired(box);
    box.startQuota();
    const outcome = this.execute(box, () => {
      const value = this.context.run(box, body, box);
      box.noteReturned(value);
      return value;
    });
    if (box.promised !== undefined) return this.goOn(box, box.promised);
    if (outcome.kind === 'interrupted') return this.throwFired(box);
    this.dropWithin(box, new StateError(STOPPED));
    return this.conclude(box, outcome);
  }

  /** Waits for a promise, also if time was up when it was returned: whoever expects one need not catch errors, too. */
  private goOn(box: BoxState, promised: PromiseLike<unknown>): Promise<unknown> {
    this.dropWithin(box, new StateError(STOPPED));
    const promise = this.asyncBoxes.start(box, promised);
    this.running.pop();
    this.throwIfLost(this.clock.nowMs());
    return promise;
  }

  /** Runs the body, with a watchdog only if none that is due before watches this code already. */
  private execute<T>(box: BoxState, body: () => T): Outcome<T> {
    const { deadlineMs } = box;
    const watch = this.innermostWatch();
    if (watch !== undefined && watch.untilMs <= deadlineMs) return this.sandbox.plain(body);
    return this.sandbox.watched(Math.max(0, deadlineMs - this.clock.nowMs()), frame => {
      box.watch = { untilMs: deadlineMs, frame };
      return body();
    });
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
    const lost = this.running.find(({ watch }) => watch !== undefined && watch.untilMs <= nowMs);
    if (lost !== undefined) this.throwIfExpired(lost);
  }

  private throwIfExpired(box: BoxState): void {
    const nowMs = this.clock.nowMs();
    const expired = outermostExpired(box, nowMs);
    if (expired === undefined) return;
    if (expired.phase === 'async') throw this.asyncBoxes.fire(expired);
    this.sandbox.interruptAgain(nowMs - expired.ownDeadlineMs);
    throw expired.expiryError();
  }

  /** @returns the box that the next one will be in */
  private nearest(): BoxState | undefined {
    this.dropDead();
    let box = this.context.getStore();
    while (box !== undefined && box.phase !== 'async' && !this.running.includes(box)) box = box.parent;
    // In a callback that was bound to another async context it is still the stack of calls that holds it.
    return box ?? this.running.at(-1);
  }

  private innermostWatch(): BoxState['watch'] {
    return this.running.findLast(({ watch }) => watch !== undefined)?.watch;
  }

  /** Somebody else may have terminated JavaScript, a debugger or a `vm` time-out around boxes, and boxes with it. */
  private dropDead(): void {
    while (this.running.length > 0) {
      const watch = this.innermostWatch();
      if (watch?.frame.isRunning()) return;
      const index = this.running.findIndex(box => box.watch === watch);
      this.dropWithin(this.running[index - 1], new StateError(STOPPED));
    }
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
