/** Random numbers that can be had again. */

/** Set SEED to run a random test again as it failed. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** @returns whole numbers from 0 up to, not including, the limit: Marsaglia's xorshift, 32 bits */
export function randomNumbers(from: number): (limit: number) => number {
  let state = (from * 2_654_435_761 + 1) >>> 0 || 1;
  return limit => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}
