/** The other companies the shop talks to. They run in a process of their own, as they would elsewhere. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PartnerPorts } from './partners/main.js';

export interface Partners {
  readonly warehouseUrl: string;
  readonly carrierUrl: string;
  readonly bankPort: number;
  stop(): void;
}

/** Starts them and waits until they listen. They end with this process, however it ends. */
export async function startPartners(): Promise<Partners> {
  const child = fork(fileURLToPath(new URL('./partners/main.js', import.meta.url)), { execArgv: [] });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The partners ended with ${code}`)));
  const [ports] = (await Promise.race([once(child, 'message'), ended])) as [PartnerPorts];
  // Later on, pages that need them say so.
  ended.catch(() => {});
  return {
    warehouseUrl: `http://127.0.0.1:${ports.warehouse}`,
    carrierUrl: `http://127.0.0.1:${ports.carrier}`,
    bankPort: ports.bank,
    stop: () => child.connected && child.disconnect(),
  };
}
