/**
 * `introspector/timebox`: limits the time that a piece of code may take.
 *
 * **`catch` and `finally` inside a synchronous box that is interrupted do not run**, as if the process had been killed
 * there; those around the box do. What has to be undone belongs into `box.defer`, which is called on every exit. Code
 * is stopped wherever it is: what it was changing may be left half changed.
 *
 * Some native calls end before anybody can stop them: `execSync`, `pbkdf2Sync` and the like, one `JSON.stringify` or
 * `JSON.parse` of something huge, `Array#sort` of millions. The box then ends when they return, and the error says in
 * `overrunMs` how late that was. Loops, regular expressions and `Atomics.wait` are stopped where they are.
 *
 * A generator, also an asynchronous one, is returned before its body runs: only the call that returns it is in the box.
 * To limit the iteration, put the loop over it into the box.
 */
import type { Box } from './box';
import type { ErrorSource } from './errorSource';
import type { Quota } from './quota';
import { timeboxes } from './threadBoxes';

export type { Box } from './box';
// biome-ignore lint/performance/noBarrelFile: what the package `introspector/timebox` offers, in its one module.
export { timeboxed } from './decorator';
export type { ErrorClass, ErrorFactory, ErrorSource } from './errorSource';
export { EndedError, StateError, TimeboxError, type TimeboxFacts } from './errors';
export { Quota } from './quota';

/**
 * Runs code and stops it when its time is up. Until it returns it is stopped where it is, by V8, and the error is thrown
 * at the call of `timebox`. When it returns a promise, the promise that `timebox` returns is rejected when time is up,
 * and `box.signal` is aborted; the code itself goes on unless it listens to that, its `finally` runs as ever, and what
 * comes of it later is dropped. A loop that blocks the process after the first `await` is stopped only by a synchronous
 * box of its own, which then is limited by the time left to the asynchronous one, too.
 *
 * Boxes can be nested, also through `await`: the shortest limit holds. An inner box that expires throws its own error,
 * and the outer one goes on with what it has left. When the outer one is up, its error is thrown, whatever the inner
 * ones have left; when both are, the outer one's. The quota of an inner box is charged in any case.
 *
 * `box.defer` is called for each box that ends, inner ones first. An error of the code itself, or of the box, goes
 * before one of a cleanup.
 *
 * @param limit milliseconds, or a quota that is spent by several boxes; a spent one throws before the code runs
 * @param body gets the box: its signal, `defer` and `remainingMs`
 * @returns what the body returns, or a promise of it
 * @throws TimeboxError when time is up, with `budgetMs`, `elapsedMs` and `overrunMs`
 * @throws RangeError when the limit is zero, negative, NaN, infinite or over 2,147,483,647
 * @throws TypeError when the limit or the body is something else altogether
 */
export function timebox<T>(limit: number | Quota, body: (box: Box) => T): T;
/**
 * @param error what to throw instead of a `TimeboxError`: a class derived from `Error`, which is given a message and
 *   `{ cause }`, or a function that is given the `TimeboxError` and returns what to throw. If either throws itself, a
 *   `TimeboxError` is thrown whose `cause` that is.
 */
export function timebox<T>(limit: number | Quota, error: ErrorSource, body: (box: Box) => T): T;
export function timebox<T>(
  limit: number | Quota,
  ...rest: [(box: Box) => T] | [ErrorSource | undefined, (box: Box) => T]
): unknown {
  const [errorSource, body] = rest.length === 1 ? [undefined, rest[0]] : rest;
  if (typeof body !== 'function') throw new TypeError('a timebox needs a function to run');
  if (errorSource !== undefined && typeof errorSource !== 'function') {
    throw new TypeError('the error of a timebox is a class or a function');
  }
  return timeboxes.run({ limit, errorSource, body, callSite: timebox });
}
