/**
 * Closes the app's inspector again, when that cannot hurt anybody. `inspector.close()` stands still until every client
 * has hung up, for ever if one is stopped; and while a client is hanging up it ends the process by SIGSEGV in about one
 * of 20 cases (measured on Node 20 to 26; never in 2,500 once the client had gone). So it waits until nobody is there.
 */
import { guarded } from './guarded';
import { joinOtherAgents } from './otherAgents';
import type { Load } from './runtime';
import { splitAt } from './text';

const SPACE = new Set(' ');

const LOOK_EVERY_MS = 50;
/** Looks without a client before it is believed that the last one has gone for good. */
const QUIET_LOOKS = 3;
/** Somebody else uses the inspector by now: it stays open. */
const MAX_LOOKS = 200;

/**
 * @param load the app's `require`
 * @param callerIsLeaving true when the sidecar has asked for it and will hang up at once
 * @returns true when the port will be closed as soon as nobody is connected
 */
export function closeInspectorWhenUnused(load: Load, callerIsLeaving: boolean): boolean {
  const inspector = load('inspector');
  const url = inspector.url();
  if (url === undefined) return false;
  const port = Number(new URL(url).port);
  // Where clients cannot be counted, only a sidecar that has just said so is known to leave.
  if (connectedClients(load, port) === undefined && !callerIsLeaving) return false;
  let looks = 0;
  let quiet = 0;
  // An agent that arrives meanwhile will close the inspector itself.
  const leave = joinOtherAgents(load, kind => {
    if (kind === 'arriving') stop();
    return kind === 'arriving';
  });
  const timer = setInterval(guarded(look), LOOK_EVERY_MS).unref();
  const stop = () => {
    clearInterval(timer);
    leave();
  };
  function look(): void {
    looks += 1;
    const clients = connectedClients(load, port);
    quiet = clients === 0 ? quiet + 1 : 0;
    const isUnused = clients === undefined ? looks * LOOK_EVERY_MS >= 500 : quiet >= QUIET_LOOKS;
    if (!isUnused && looks < MAX_LOOKS) return;
    stop();
    if (isUnused && inspector.url() === url) inspector.close();
  }
  return true;
}

/** @returns established connections to a local port; undefined where the system does not tell (only Linux does) */
function connectedClients(load: Load, port: number): number | undefined {
  const { existsSync, readFileSync } = load('fs');
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const established = '01';
  try {
    const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].filter(table => existsSync(table));
    if (tables.length === 0) return undefined;
    const lines = tables.flatMap(table => readFileSync(table, 'utf8').split('\n'));
    return lines.filter(line => {
      const [, local, , state] = splitAt(line, SPACE);
      return local?.endsWith(wanted) && state === established;
    }).length;
  } catch {
    return undefined;
  }
}
