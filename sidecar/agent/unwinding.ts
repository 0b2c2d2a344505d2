/**
 * What terminating JavaScript leaves undone in Node.js, done beforehand. V8 runs no `finally` on the way out, so that
 * Node.js does not take back the async ids of timers, immediates and `AsyncResource#runInAsyncScope`, and then ends the
 * process: "async hook stack has become corrupted" (measured on Node 18 to 26; `AsyncHooks::pop_async_context` in
 * https://github.com/nodejs/node src/env.cc). An empty stack of ids is left alone by it.
 */
import type { RawFrame } from './reports';
import type { Load } from './runtime';

/** Where JavaScript of Node.js itself has put an id on the stack. */
const PUSHES_IDS = new Set(['node:internal/timers', 'node:async_hooks', 'node:internal/process/task_queues']);

interface NodeProcess {
  /**
   * What Node.js calls after an uncaught exception: it tells the app's listeners, emits `after` for all that is under way
   * and empties the stack of async ids (https://github.com/nodejs/node lib/internal/process/execution.js).
   */
  _fatalException?(error: Error, fromPromise: boolean): boolean;
}

/** @returns why the app cannot be made ready: the end of a sentence */
export function unwindingObstacle(load: Load, frames: readonly RawFrame[]): string | undefined {
  const others = othersInRound(load);
  if (others > 0) {
    return `${others === 1 ? 'a callback' : `${others} callbacks`} of setImmediate would be lost with it, of this or other requests`;
  }
  if (!frames.some(({ file }) => PUSHES_IDS.has(file))) return undefined;
  if (process.hasUncaughtExceptionCaptureCallback()) return 'a node:domain or the like looks after its errors';
  const { _fatalException } = process as NodeProcess;
  return typeof _fatalException === 'function' ? undefined : 'this version of Node.js has no way to unwind it';
}

/** To be called right before the running JavaScript is terminated. */
export function unwindAsyncIds(load: Load): void {
  endTimer(load);
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  const own = Object.getOwnPropertyDescriptor(process, 'emit');
  // Nobody is to hear of an error that there is not.
  Object.defineProperty(process, 'emit', { value: () => true, configurable: true, writable: true });
  try {
    (process as NodeProcess)._fatalException?.(new Error('interrupted'), false);
  } finally {
    if (own) Object.defineProperty(process, 'emit', own);
    else Reflect.deleteProperty(process, 'emit');
  }
}

/** A timer whose callback does not come back would count as pending for ever, and keep the process alive. */
function endTimer(load: Load): void {
  const resource: unknown = load('async_hooks').executionAsyncResource();
  if (isObject(resource) && '_onTimeout' in resource) clearTimeout(resource as unknown as NodeJS.Timeout);
}

/** @returns how many immediates wait behind the running one: Node.js forgets them when that does not come back */
function othersInRound(load: Load): number {
  const resource: unknown = load('async_hooks').executionAsyncResource();
  if (!isObject(resource) || !('_onImmediate' in resource)) return 0;
  let count = 0;
  for (let next = resource._idleNext; isObject(next); next = next._idleNext) count += 1;
  return count;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
