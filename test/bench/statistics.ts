/** Medians and how far they can be trusted. */

const RESAMPLES = 4_000;
/** Any will do; a fixed one makes the same figures give the same interval. */
const SEED = 20_261;

export interface Spread {
  median: number;
  lowerQuartile: number;
  upperQuartile: number;
  max: number;
}

/** @param values in any order, at least one */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('there is nothing to take a median of');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
  };
}

/**
 * Bootstrap interval of the median of all values. They come in groups that share a process's luck, so whole groups are
 * drawn first and values within them after that: drawing single values would make the interval too narrow.
 *
 * @param groups each with at least one value
 * @returns lower and upper bound that hold with 95 %
 */
export function medianInterval(groups: readonly (readonly number[])[]): [lower: number, upper: number] {
  const random = randomNumbers(SEED);
  const draw = <T>(from: readonly T[]): T[] =>
    from.flatMap(() => from.slice(Math.floor(random() * from.length)).slice(0, 1));
  const medians = Array.from({ length: RESAMPLES }, () => {
    const values = draw(groups).flatMap(group => draw(group));
    return quantile(
      values.sort((a, b) => a - b),
      0.5,
    );
  });
  medians.sort((a, b) => a - b);
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/** @param sorted ascending @param share 0 to 1; between two values it is interpolated */
function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Mulberry32. @returns gives numbers from 0 up to 1 */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
