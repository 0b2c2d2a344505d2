/** How long the answers took, as percentiles. */
import type { ReplayTimes } from '../protocol/replayValues';

/**
 * @param durationsMs of all answers, in any order
 * @returns percentiles by nearest rank (https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method); undefined for none
 */
export function replayTimes(durationsMs: readonly number[]): ReplayTimes | undefined {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return undefined;
  const rank = (share: number) => sorted[Math.max(1, Math.ceil(share * count)) - 1] ?? 0;
  return { count, minMs: rank(0), medianMs: rank(0.5), p90Ms: rank(0.9), p99Ms: rank(0.99), maxMs: rank(1) };
}
