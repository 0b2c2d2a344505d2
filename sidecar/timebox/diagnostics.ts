/** Tells an attached Introspector of boxes that fired or came near to it. Nobody listening: nothing is made for it. */
import { channel } from 'node:diagnostics_channel';
import type { BoxState } from './box';
import type { TimeboxFacts } from './errors';

/** From here on, a box that ended in time is told as a near miss. */
const NEAR_MISS_SHARE = 0.8;

interface TimeboxMessage {
  kind: 'fired' | 'nearMiss';
  isAsync: boolean;
  budgetMs: number;
  elapsedMs: number;
  overrunMs: number;
  /** Its `stack` begins where the box was called. */
  at: object;
}

// Held, since Node.js forgets channels that nobody holds.
const timeboxChannel = channel('introspector.timebox');

/** @param facts those of its end */
export function tellFired(box: BoxState, facts: TimeboxFacts, isAsync: boolean): void {
  if (timeboxChannel.hasSubscribers) tell('fired', box, facts, isAsync);
}

/** To be called of every box that has ended in time, when it ends: tells those that were near to firing. */
export function tellIfNear(box: BoxState, isAsync: boolean): void {
  if (!timeboxChannel.hasSubscribers) return;
  const { facts } = box;
  if (facts.elapsedMs > facts.budgetMs * NEAR_MISS_SHARE) tell('nearMiss', box, facts, isAsync);
}

function tell(
  kind: TimeboxMessage['kind'],
  { whereCalled: at }: BoxState,
  { budgetMs, elapsedMs }: TimeboxFacts,
  isAsync: boolean,
): void {
  const overrunMs = Math.max(0, elapsedMs - budgetMs);
  try {
    timeboxChannel.publish({ kind, isAsync, budgetMs, elapsedMs, overrunMs, at } satisfies TimeboxMessage);
  } catch {
    // A listener that throws is not the application's fault.
  }
}
