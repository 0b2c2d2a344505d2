/** Boxes whose code has returned a promise: each races it with a timer for what remains. */
import { AsyncResource } from 'node:async_hooks';
import type { BoxState } from './box';
import { placeAt } from './callSite';
import { endBox, throwAny, warnOf } from './cleanups';
import { tellFired, tellIfNear } from './diagnostics';
import { type EndOrder, listenOnce } from './endOrders';
import { EndedError } from './errors';
import { outermostExpired } from './expiry';
import type { Clock, Outcome, Sandbox } from './sandbox';

interface Race {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  stopTimer(): void;
  /** Of the box's caller. */
  context: AsyncResource;
}

export class AsyncBoxes {
  private readonly races = new Map<BoxState, Race>();
  private readonly listen = listenOnce(order => this.endOrdered(order));

  constructor(
    private readonly sandbox: Sandbox,
    private readonly clock: Clock,
  ) {}

  /**
   * @param box has ended its synchronous part
   * @param promised what comes of it later than the box's end is dropped, errors too
   * @returns what is promised, or the box's error
   */
  start(box: BoxState, promised: PromiseLike<unknown>): Promise<unknown> {
    box.phase = 'async';
    box.parent?.inner.add(box);
    this.listen();
    // The caller is on the stack for the last time.
    void box.whereCalled;
    return new Promise((resolve, reject) => {
      const stopTimer = this.clock.startTimer(box.ownDeadlineMs - this.clock.nowMs(), () => this.expire(box));
      this.races.set(box, { resolve, reject, stopTimer, context: new AsyncResource('TIMEBOX') });
      Promise.resolve(promised).then(
        value => this.conclude(box, { kind: 'returned', value }),
        error => this.conclude(box, { kind: 'threw', error }),
      );
    });
  }

  /** @returns the box's error; it has ended with it */
  fire(box: BoxState): unknown {
    const { facts } = box;
    const error = box.expiryError();
    const context = this.races.get(box)?.context;
    this.end(box, error);
    context?.runInAsyncScope(tellFired, undefined, box, facts, true);
    return error;
  }

  /** Ends what waits in the async context of a box that is stopped, with the same error. */
  endInner(box: BoxState, error: unknown): void {
    for (const inner of [...box.inner]) this.end(inner, error);
  }

  /** Ends those boxes that an order is about, before their time. */
  private endOrdered(order: EndOrder): void {
    for (const [box, { context }] of [...this.races]) {
      // An earlier one may have taken it along.
      if (!this.races.has(box) || !isMeant(order, context)) continue;
      this.end(box, placeAt(new EndedError(box.facts, order.reason), box.whereCalled));
      order.ended += 1;
    }
  }

  private expire(box: BoxState): void {
    const expired = outermostExpired(box, this.clock.nowMs()) ?? box;
    // The outermost one may be a synchronous one that has begun to wait here: it is not for us to end.
    this.fire(this.races.has(expired) ? expired : box);
  }

  private conclude(box: BoxState, outcome: Exclude<Outcome<unknown>, { kind: 'interrupted' }>): void {
    const race = this.races.get(box);
    if (race === undefined) return;
    // The loop was blocked, and the timer has not had its turn.
    if (outermostExpired(box, this.clock.nowMs()) !== undefined) {
      this.expire(box);
      return;
    }
    this.races.delete(box);
    race.stopTimer();
    tellIfNear(box, true);
    const errors = endBox(box, this.sandbox);
    if (outcome.kind === 'threw') {
      warnOf(errors);
      race.reject(outcome.error);
      return;
    }
    try {
      throwAny(errors);
      race.resolve(outcome.value);
    } catch (error) {
      race.reject(error);
    }
  }

  private end(box: BoxState, error: unknown): void {
    const race = this.races.get(box);
    if (race === undefined) return;
    // First: what follows may itself be stopped, by a synchronous box around it, and the timer then does it again.
    race.reject(error);
    box.abort(error);
    this.endInner(box, error);
    warnOf(endBox(box, this.sandbox));
    race.stopTimer();
    this.races.delete(box);
  }
}

function isMeant({ isYours }: EndOrder, context: AsyncResource): boolean {
  try {
    return context.runInAsyncScope(isYours) === true;
  } catch {
    return false;
  }
}
