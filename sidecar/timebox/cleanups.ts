/** Calls what a box was given by `defer`. */
import type { BoxState } from './box';
import type { Sandbox } from './sandbox';

/** @returns what cleanups have thrown, in order; the box has ended then */
export function endBox(box: BoxState, sandbox: Sandbox): unknown[] {
  box.stopQuota();
  const errors: unknown[] = [];
  for (let cleanup = box.takeCleanup(); cleanup !== undefined; cleanup = box.takeCleanup()) {
    const outcome = sandbox.plain(cleanup);
    if (outcome.kind === 'threw') errors.push(outcome.error);
    else if (outcome.kind === 'returned') watchPromise(outcome.value);
  }
  // Only now: a cleanup may give another one.
  box.phase = 'ended';
  for (const inner of box.inner) box.parent?.inner.add(inner);
  box.inner.clear();
  return errors;
}

/** For those that nobody can be thrown: the box has an error of its own to throw. */
export function warnOf(errors: readonly unknown[]): void {
  for (const error of errors) process.emitWarning(error instanceof Error ? error : String(error));
}

/** @throws what the cleanups have thrown, if they have; several as an `AggregateError` */
export function throwAny(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'cleanups of a timebox failed');
}

/** No box waits for an asynchronous cleanup, so there is nobody else to tell of its failure. */
function watchPromise(value: unknown): void {
  if (value instanceof Promise) value.catch((error: unknown) => warnOf([error]));
}
