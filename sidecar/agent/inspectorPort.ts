/** Closes the app's inspector again, if that cannot hurt anybody. */
import type { Load } from './runtime';

/**
 * `inspector.close()` waits until every client has hung up, with the app standing still meanwhile: 2 ms with a client
 * that answers, for ever with one that is stopped. So it is only called when no unexpected client is connected.
 *
 * @param load the app's `require`
 * @param expectedClients clients that are known to answer: 1 while the sidecar that asks is connected, else 0
 * @returns true when the port will be closed, right after what runs now
 */
export function closeInspector(load: Load, expectedClients: number): boolean {
  const inspector = load('inspector');
  const url = inspector.url();
  if (url === undefined) return false;
  const port = Number(new URL(url).port);
  const clients = connectedClients(load, port);
  // Where clients cannot be counted, only a sidecar that is there to answer may have the port closed.
  if (clients === undefined ? expectedClients === 0 : clients > expectedClients) return false;
  setImmediate(() => {
    try {
      inspector.close();
    } catch {
      // Closed meanwhile.
    }
  });
  return true;
}

/** @returns established connections to a local port, undefined where the system does not tell (only Linux does) */
function connectedClients(load: Load, port: number): number | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const established = '01';
  try {
    let count = 0;
    for (const table of ['tcp', 'tcp6']) {
      for (const line of readTable(load, table).split('\n')) {
        const [, local, , state] = line.trim().split(/\s+/);
        if (local?.endsWith(wanted) && state === established) count += 1;
      }
    }
    return count;
  } catch {
    return undefined;
  }
}

function readTable(load: Load, table: string): string {
  const file = `/proc/self/net/${table}`;
  return table === 'tcp6' && !load('fs').existsSync(file) ? '' : load('fs').readFileSync(file, 'utf8');
}
