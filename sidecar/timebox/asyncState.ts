/**
 * Repairs what an interrupt leaves in Node.js, of two kinds.
 *
 * Async ids: code that is terminated within `AsyncResource#runInAsyncScope`, or wherever else Node.js has pushed an id,
 * never pops it. Measured on 18, 20, 22, 24 and 26: when the callback around it ends, Node.js finds another id than its
 * own on top and aborts the process ("async hook stack has become corrupted"), with and without an `async_hooks` hook.
 *
 * Async context: the `finally` of `AsyncLocalStorage#run` does not run either, and its store stays: on the resource of
 * the callback before Node.js 24, in the current frame from then on.
 */
import { executionAsyncId, executionAsyncResource } from 'node:async_hooks';
import type { NodeInternals } from './nodeInternals';

/** Until Node.js 22 every `AsyncLocalStorage` keeps its store under a symbol of this name. */
const STORE = 'kResourceStore';

export interface AsyncState {
  readonly depth: number;
  readonly frame: unknown;
  readonly resource: Stores;
  readonly stores: readonly (readonly [symbol, unknown])[];
}

type Stores = Record<symbol, unknown>;

/** @returns the state to come back to */
export function asyncState(internals: NodeInternals): AsyncState {
  const resource = executionAsyncResource() as Stores;
  const stores = storesOf(resource).map(key => [key, resource[key]] as const);
  return { depth: internals.asyncIdDepth(), frame: internals.contextFrames?.current(), resource, stores };
}

/** Closes all scopes that were opened since, and puts back all stores. */
export function restoreAsyncState({ depth, frame, resource, stores }: AsyncState, internals: NodeInternals): void {
  while (internals.asyncIdDepth() > depth) internals.emitAfter(executionAsyncId());
  internals.contextFrames?.set(frame);
  for (const key of storesOf(resource)) resource[key] = undefined;
  for (const [key, store] of stores) resource[key] = store;
}

function storesOf(resource: object): symbol[] {
  return Object.getOwnPropertySymbols(resource).filter(({ description }) => description === STORE);
}
