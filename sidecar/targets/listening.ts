/** Watches a listening port from outside, without connecting to it. */
import { setTimeout as delay } from 'node:timers/promises';
import { tcpSockets } from './procNet';

const DEADLINE_MS = 3_000;
const POLL_MS = 25;

/**
 * @param pid process in whose network the port is; undefined when it may run on another machine
 * @returns true when nobody listens on the port any more; false when that does not come, or cannot be seen
 */
export async function portCloses(pid: number | undefined, port: number): Promise<boolean> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  while (pid !== undefined && performance.now() < deadlineMs) {
    try {
      const sockets = await tcpSockets(pid);
      if (!sockets.some(({ state, localPort }) => state === 'listening' && localPort === port)) return true;
    } catch {
      return false;
    }
    await delay(POLL_MS);
  }
  return false;
}
