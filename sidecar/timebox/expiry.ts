/** Whose time is up. */
import type { BoxState } from './box';

/** @returns the outermost of a box and those around it whose time is up: the one whose error is thrown */
export function outermostExpired(box: BoxState, nowMs: number): BoxState | undefined {
  let expired: BoxState | undefined;
  for (let each: BoxState | undefined = box; each !== undefined; each = each.parent) {
    if (each.ownDeadlineMs <= nowMs) expired = each;
  }
  return expired;
}
