/** `introspector interrupt`: stops the request that holds the event loop of an app. */
import { createLog } from '../log';
import { DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import type { TargetAddress } from '../protocol/values';
import { interruptionLines } from '../reports/interruptionLines';
import { oneLine } from '../reports/oneLine';
import { Sidecar } from '../sidecar';
import { isMeant } from './interruptFlags';

/** Says that it was carried out, but that the app has not been seen to work again. */
const EXIT_NOT_SERVING = 2;

export interface InterruptFlags {
  timeout: number;
}

/**
 * @param wanted `GET /search`, or `any`, as parsed
 * @returns exit code: 0 when the app works again, 2 when that was not seen
 * @throws IntrospectorError that says what is in the way
 */
export async function interrupt(address: TargetAddress, wanted: string, { timeout }: InterruptFlags): Promise<number> {
  const log = createLog(line => console.error(line));
  const sidecar = new Sidecar(log, [process.pid], {});
  const giveUp = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => giveUp.abort());
  try {
    const target = await sidecar.observer.attach({ address, settings: DEFAULT_WATCH_SETTINGS, reattach: false });
    const { name, pid, nodeVersion, workingDirectory } = target;
    console.error(`Attached to ${name} [${pid}], Node ${nodeVersion}.`);
    const late = setTimeout(() => giveUp.abort(), timeout * 1000);
    const fits = (method: string, route: string) => isMeant(wanted, method, route);
    const interruption = await sidecar.observer.interruptRunning(target.id, fits, giveUp.signal);
    clearTimeout(late);
    for (const line of interruptionLines(interruption, workingDirectory)) console.log(oneLine(line));
    return interruption.servesAfterMs === undefined ? EXIT_NOT_SERVING : 0;
  } finally {
    await sidecar.close();
  }
}
