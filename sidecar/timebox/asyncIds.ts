/**
 * Repairs what an interrupt leaves in Node.js: code that is terminated within `AsyncResource#runInAsyncScope`, or
 * wherever else Node.js has pushed an async id, never pops it. Measured on 18, 20, 22, 24 and 26: when the callback
 * around it ends, Node.js finds another id than its own on top and aborts the process ("async hook stack has become
 * corrupted"), with and without an `async_hooks` hook.
 */
import { AsyncResource, executionAsyncId } from 'node:async_hooks';
import { variablesSeenBy } from './inProcessInspector';

interface AsyncIdStack {
  /** Tells the hooks that a callback has ended, and pops its id. */
  emitAfter(asyncId: number): void;
  hasAsyncIdStack(): boolean;
}

/** Looked for at the first repair: no process pays for it that has none. */
let known: AsyncIdStack | undefined;

/** @param asyncId of a scope that is still open; all that were opened within it are closed */
export function closeScopesWithin(asyncId: number): void {
  if (executionAsyncId() === asyncId) return;
  known ??= findAsyncIdStack();
  if (known === undefined) {
    clearAsyncIds();
    return;
  }
  while (executionAsyncId() !== asyncId && known.hasAsyncIdStack()) known.emitAfter(executionAsyncId());
}

/**
 * `process.binding('async_wrap')` had the like, with a warning on 18 to 22, and is gone since 24. So it is taken from
 * where Node.js itself has it: the variables that `runInAsyncScope` sees.
 */
function findAsyncIdStack(): AsyncIdStack | undefined {
  const { emitAfter, hasAsyncIdStack } = variablesSeenBy(AsyncResource.prototype.runInAsyncScope, [
    'emitAfter',
    'hasAsyncIdStack',
  ]);
  if (typeof emitAfter !== 'function' || typeof hasAsyncIdStack !== 'function') return;
  return { emitAfter, hasAsyncIdStack } as AsyncIdStack;
}

/**
 * Without an inspector: Node.js empties the stack when it has handled an uncaught exception, and takes an empty one for
 * a good one. The rest of the callback then has no async id, and before Node.js 24 no async context.
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
