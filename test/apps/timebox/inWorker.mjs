/** Tells the main thread what boxes do in this one. */
import { AsyncResource } from 'node:async_hooks';
import { parentPort } from 'node:worker_threads';
import { caught, computeForEver, Inner, Outer, rejected, wait } from './busy.mjs';

/** @param {typeof import('../../../sidecar/timebox/timebox')} library */
export async function report({ timebox }) {
  const scope = new AsyncResource('test');
  parentPort.postMessage({
    sync: caught(() => timebox(50, Inner, computeForEver)).constructor.name,
    async: (await rejected(timebox(50, Inner, () => wait(10_000)))).constructor.name,
    nested: caught(() => timebox(50, Outer, () => timebox(100, Inner, computeForEver))).constructor.name,
    scope: caught(() => timebox(50, Inner, () => scope.runInAsyncScope(computeForEver))).constructor.name,
  });
}
