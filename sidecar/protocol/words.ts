/** Words that the editor and the reports share. */
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
