/** Finds places in what is in order of time. */

/** @returns the smallest index for which it holds, by bisection: it holds for all behind it, too */
export function firstThat(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** @returns the value, or the limit it lies beyond */
export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
