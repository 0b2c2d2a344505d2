/** Words that the editor and the reports share. */
import type { Interruption } from './interruptionValues';
import type { Frame } from './values';

/** @returns `1,204 ms` */
export function exactMs(durationMs: number): string {
  return `${Math.round(durationMs).toLocaleString('en-US')} ms`;
}

/** @returns `6 frames of express, 3 of Node.js` */
export function foldedText(frames: readonly Frame[]): string {
  const counts = new Map<string, number>();
  for (const frame of frames) counts.set(ownerOf(frame), (counts.get(ownerOf(frame)) ?? 0) + 1);
  return [...counts]
    .map(([owner, count], index) => `${count}${index > 0 ? '' : count === 1 ? ' frame' : ' frames'} of ${owner}`)
    .join(', ');
}

function ownerOf({ origin, packageName, functionName }: Frame): string {
  if (origin === 'package') return packageName ?? 'a package';
  return origin === 'node' ? 'Node.js' : functionName || 'native code';
}

/** Share of a request's time. */
const HELD_ALL_ALONG = 0.95;

/** @returns `interrupted by you after 5,012 ms on the event loop` */
export function interruptionText({ kind, orderedBy, atMs, blockedMs }: Interruption): string {
  if (kind === 'ended') return `ended by you after waiting, at ${exactMs(atMs)}`;
  const who = orderedBy.who === 'user' ? 'by you' : `by its budget of ${exactMs(orderedBy.budgetMs)}`;
  if (blockedMs > atMs * HELD_ALL_ALONG) return `interrupted ${who} after ${exactMs(atMs)} on the event loop`;
  const held = blockedMs > 0 ? `, the last ${exactMs(blockedMs)} of it on the event loop` : '';
  return `interrupted ${who} after ${exactMs(atMs)}${held}`;
}

/** @returns the frame at which its code was cut off: the user's innermost, if there is one */
export function placeOfInterruption({ frames }: Interruption): Frame | undefined {
  return frames.find(({ origin }) => origin === 'user') ?? frames[0];
}
