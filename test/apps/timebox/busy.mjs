/** What cases do in a box. */

export class Inner extends Error {}
export class Outer extends Error {}

/** @param {number} durationMs how long to compute, by the clock */
export function compute(durationMs) {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

export function computeForEver() {
  for (;;);
}

/** @param {number} [durationMs] how long the thread sleeps; for ever without it */
export function sleep(durationMs) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

/** @returns {Promise<void>} */
export function wait(durationMs) {
  return new Promise(resolve => setTimeout(resolve, durationMs));
}

/** @returns {unknown} what was thrown */
export function caught(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** @returns {Promise<unknown>} what was thrown */
export async function rejected(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
