/** A profile as folded stacks, for flamegraph.pl and its like: https://github.com/brendangregg/FlameGraph */
import { framesOutwards, selfTimes } from '../callTree';
import type { Profile } from '../profile';

/** @returns `outermost;…;innermost 1204` for each stack, in microseconds of wall time, in alphabetical order */
export function foldedStacks(profile: Profile): string {
  const { frames } = profile;
  const sums = new Map<string, number>();
  for (const [node, selfUs] of selfTimes(profile, 'wall').entries()) {
    if (selfUs === 0) continue;
    const names = framesOutwards(profile, node).map(frame => safe(frames[frame]?.name ?? ''));
    const stack = names.reverse().join(';');
    sums.set(stack, (sums.get(stack) ?? 0) + selfUs);
  }
  const lines = [...sums].map(([stack, selfUs]) => `${stack} ${Math.round(selfUs)}\n`);
  return lines.sort().join('');
}

/** `;` and line breaks would end a frame. */
function safe(name: string): string {
  return name.replace(/[;\s\p{Cc}]+/gu, ' ').trim() || '(anonymous)';
}
