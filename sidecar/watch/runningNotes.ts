/** What is to be said of a request because of how the app answered while it ran. */

const LATE_MS = 250;

/**
 * @param lateMs how long the app took to answer
 * @param wasPaused whether it stood at a breakpoint for part of that
 * @returns a sentence; undefined when there is nothing to say
 */
export function runningNote(lateMs: number, wasPaused: boolean): string | undefined {
  if (wasPaused) return 'The app stood at a breakpoint of a debugger for part of the time.';
  if (lateMs < LATE_MS) return undefined;
  return 'A native call kept the app from answering; its stack was taken when the call returned.';
}
