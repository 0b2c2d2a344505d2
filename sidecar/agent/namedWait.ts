/** What a request waited for in a gap between two runs. */
import type { Wait } from './waitList';

export interface NamedWait {
  wait: Wait;
  label: string;
  /** Read when it had just ended: a timer that is cleared later forgets it. */
  dueMs: number | undefined;
}

/** @returns the wait as it is described now */
export function named(wait: Wait): NamedWait {
  return { wait, label: labelOf(wait), dueMs: wait.probe.dueMs?.(wait) };
}

/** @returns what is waited for in words; at least the kind, when the operation's objects cannot be read */
export function labelOf(wait: Wait): string {
  try {
    return wait.probe.describe(wait);
  } catch {
    return wait.probe.kind;
  }
}
