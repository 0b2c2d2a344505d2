/**
 * What Node.js keeps to itself and repairing an interrupt needs. `process.binding('async_wrap')` had some of it, with a
 * warning on 18 to 22, and is gone since 24. So it is taken from where Node.js itself has it: the variables that its
 * public functions see. Takes about 3 ms, once in a thread.
 */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { variablesSeenBy } from './inProcessInspector';

export interface NodeInternals {
  /** @returns how many async ids are pushed */
  asyncIdDepth(): number;
  /** Tells the hooks that a callback has ended, and pops its id. */
  emitAfter(asyncId: number): void;
  /** From Node.js 24 on: all stores together. */
  readonly contextFrames: { current(): unknown; set(frame: unknown): void } | undefined;
}

interface AsyncWrap {
  async_hook_fields?: Uint32Array;
  constants?: { kStackLength?: number };
}

/** @returns undefined where there is no inspector to find them with, or they are not where they were */
export function findNodeInternals(): NodeInternals | undefined {
  const { emitAfter } = variablesSeenBy(AsyncResource.prototype.runInAsyncScope, ['emitAfter']);
  if (typeof emitAfter !== 'function') return;
  const { async_wrap: wrap } = variablesSeenBy(emitAfter, ['async_wrap']) as { async_wrap?: AsyncWrap };
  const { async_hook_fields: fields, constants: { kStackLength } = {} } = wrap ?? {};
  if (fields === undefined || kStackLength === undefined) return;
  const { AsyncContextFrame: frames } = variablesSeenBy(AsyncLocalStorage.prototype.run, ['AsyncContextFrame']);
  return {
    asyncIdDepth: () => fields[kStackLength] ?? 0,
    emitAfter: asyncId => emitAfter(asyncId),
    contextFrames: frames as NodeInternals['contextFrames'],
  };
}
