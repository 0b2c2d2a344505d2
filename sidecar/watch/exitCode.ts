/** Asks an app that is about to exit what its exit code will be. */
import { setTimeout as delay } from 'node:timers/promises';
import type { InspectorConnection } from '../inspector/connection';

/** It waits for us to hang up, so it is not kept for long. */
const PATIENCE_MS = 300;
const MAX_EXIT_CODE = 255;

/**
 * To be called when Node.js has said that it waits for its inspector clients. Tried on Node 18 to 26: it is told after
 * `process.exit` with a code and after an error that nobody caught, not when the app had nothing left to do.
 *
 * @returns 0 to 255; undefined when it is not told
 */
export async function exitCodeOf(connection: InspectorConnection): Promise<number | undefined> {
  const asked = connection.send('Runtime.evaluate', { expression: 'process.exitCode', silent: true });
  const code = asked.then(({ result }): unknown => result.value).catch(() => undefined);
  const told = await Promise.race([code, delay(PATIENCE_MS, undefined, { ref: false })]);
  const isCode = typeof told === 'number' && Number.isInteger(told) && told >= 0 && told <= MAX_EXIT_CODE;
  return isCode ? told : undefined;
}
