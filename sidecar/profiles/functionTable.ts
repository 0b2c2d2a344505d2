/** A profile function by function, for those who read tables. */
import { framesOutwards, selfTimes } from './callTree';
import type { Profile } from './profile';

export interface FunctionRow {
  /** Index in the profile's frames. */
  frame: number;
  selfUs: number;
  /** With all it calls; recursion counted once. */
  totalUs: number;
}

/**
 * @param which all of the wall time, waits as rows of their own, or what of it the request computed
 * @returns one row for each function that took time, most own time first
 */
export function functionTable(profile: Profile, which: 'wall' | 'cpu'): FunctionRow[] {
  const rows = new Map<number, FunctionRow>();
  const row = (frame: number) => {
    const known = rows.get(frame) ?? { frame, selfUs: 0, totalUs: 0 };
    rows.set(frame, known);
    return known;
  };
  for (const [node, selfUs] of selfTimes(profile, which).entries()) {
    if (selfUs === 0) continue;
    const frames = framesOutwards(profile, node);
    row(frames[0] ?? -1).selfUs += selfUs;
    for (const frame of new Set(frames)) row(frame).totalUs += selfUs;
  }
  return [...rows.values()].sort((a, b) => b.selfUs - a.selfUs || b.totalUs - a.totalUs);
}
