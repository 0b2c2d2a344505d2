/** How often everything is done. */

/** Each is a number of times, unless its name says another unit. */
export interface Counts {
  /** Pairs of fresh processes for each app and Node.js; even, so that each of the two is the attached one as often. */
  cpuRounds: number;
  /** Pairs of blocks in a round; even, so that each goes first as often. */
  cpuPairs: number;
  pauseRounds: number;
  pauseComputeMs: number;
  slowRequests: number;
  attaches: number;
  memoryWatchMs: number;
  profiles: number;
  timeboxRounds: number;
}

const full: Counts = {
  cpuRounds: 4,
  cpuPairs: 6,
  pauseRounds: 4,
  pauseComputeMs: 1_500,
  slowRequests: 20,
  attaches: 10,
  memoryWatchMs: 4_000,
  profiles: 20,
  timeboxRounds: 20,
};

/** Shows that everything works; its figures are worth little. */
const quick: Counts = {
  cpuRounds: 2,
  cpuPairs: 2,
  pauseRounds: 1,
  pauseComputeMs: 1_000,
  slowRequests: 4,
  attaches: 3,
  memoryWatchMs: 2_000,
  profiles: 4,
  timeboxRounds: 3,
};

/** @param isQuick a run of two minutes instead of six */
export function countsFor(isQuick: boolean): Counts {
  return isQuick ? quick : full;
}
