/** Where a request's time went, and what that makes of it. */
import type { RequestReport } from '../agent/reports';
import type { Cause, TimeSplit } from '../protocol/values';

export function timeSplit({
  durationMs,
  computingMs,
  heldUpMs,
}: Pick<RequestReport, 'durationMs' | 'computingMs' | 'heldUpMs'>): TimeSplit {
  return { computingMs, heldUpMs, waitingMs: Math.max(0, durationMs - computingMs - heldUpMs) };
}

/** @returns what took most of the time; waiting in doubt */
export function causeOf({ computingMs, waitingMs, heldUpMs }: TimeSplit): Cause {
  if (waitingMs >= computingMs && waitingMs >= heldUpMs) return 'waiting';
  return computingMs >= heldUpMs ? 'computing' : 'heldUp';
}
