/** Waits for what must come, with a deadline that a busy machine keeps. */
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 30_000;
const POLL_MS = 20;

/**
 * @param what named when it does not come
 * @param look returns the awaited thing, or undefined or false while it is not there; may throw while it is not there
 * @returns what `look` returned first
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  let problem: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > endMs) throw new Error(`waited ${deadlineMs} ms for ${what}`, { cause: problem });
    await delay(POLL_MS);
  }
}
