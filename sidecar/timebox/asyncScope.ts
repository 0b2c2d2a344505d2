/**
 * Does without Node.js's internals, where there is no inspector to find them with (`--permission`). Within a scope of its
 * own, what terminated code leaves of async context goes with the scope; of async ids it leaves none at all.
 */
import { AsyncResource, executionAsyncId } from 'node:async_hooks';

/** @param body returns whether its code was terminated */
export function runInOwnScope(body: () => boolean): void {
  const scope = new AsyncResource('TIMEBOX');
  scope.runInAsyncScope(() => {
    if (body() && executionAsyncId() !== scope.asyncId()) clearAsyncIds();
  });
}

/**
 * Node.js empties the stack of ids when it has handled an uncaught exception, and takes an empty one for a good one. The
 * rest of the callback then has no async id, and before Node.js 24 no async context.
 */
function clearAsyncIds(): void {
  const { _fatalException: handleUncaught } = process as unknown as { _fatalException?: (error: Error) => void };
  if (handleUncaught === undefined || process.hasUncaughtExceptionCaptureCallback()) return;
  process.setUncaughtExceptionCaptureCallback(() => {});
  try {
    handleUncaught(new Error('not an error: empties the async id stack after an interrupted timebox'));
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
}
