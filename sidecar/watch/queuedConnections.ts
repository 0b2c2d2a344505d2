/** Requests that lie unread in the kernel while the app's event loop is held: only Linux shows them. */
import type { QueuedConnection } from '../agent/reports';
import { listeningPorts } from '../targets/linuxProcesses';
import { tcpSockets } from '../targets/procNet';

/** More than this is not told: the message goes into the app. */
const MAX_QUEUED = 5_000;

export class QueuedConnections {
  private readonly firstSeenMs = new Map<string, number>();
  private listening = new Set<number>();
  private looking: Promise<QueuedConnection[]> | undefined;
  /** Changes whenever the loop is free again. */
  private spell = 0;

  /** @param pid target, as this machine numbers it; undefined when it may run on another one */
  constructor(private readonly pid: number | undefined) {}

  /**
   * To be called every 100 ms or so while the loop is held. There is one look at a time: on a machine without CPU to
   * spare they would pile up and all be late.
   *
   * @returns connections to the app's ports with bytes nobody has read, each with the time since it was first seen so
   */
  look(): Promise<QueuedConnection[]> {
    this.looking ??= this.read().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async read(): Promise<QueuedConnection[]> {
    const { pid, spell } = this;
    if (process.platform !== 'linux' || pid === undefined) return [];
    const nowMs = performance.now();
    const sockets = await tcpSockets(pid).catch(() => []);
    if (this.firstSeenMs.size === 0) {
      this.listening = new Set((await listeningPorts(pid)).map(({ port }) => port));
    }
    // What was unread then has been read.
    if (spell !== this.spell) return [];
    const queued = sockets
      .filter(({ state, unread, localPort }) => state === 'established' && unread > 0 && this.listening.has(localPort))
      .slice(0, MAX_QUEUED);
    const keys = new Set(queued.map(keyOf));
    for (const key of this.firstSeenMs.keys()) if (!keys.has(key)) this.firstSeenMs.delete(key);
    return queued.map(socket => {
      const sinceMs = this.firstSeenMs.get(keyOf(socket)) ?? nowMs;
      this.firstSeenMs.set(keyOf(socket), sinceMs);
      return { localPort: socket.localPort, remotePort: socket.remotePort, waitedMs: nowMs - sinceMs };
    });
  }

  /** The loop is free again. */
  clear(): void {
    this.spell += 1;
    this.firstSeenMs.clear();
  }
}

function keyOf({ localPort, remotePort }: { localPort: number; remotePort: number }): string {
  return `${localPort}:${remotePort}`;
}
