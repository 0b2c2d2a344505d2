/** An app that calls itself by its port reaches the copy, not the original. */
import { Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { CopyFacts } from './copyFacts';

/** Nobody listens there: the call is refused, as it would be before the app listens. */
const NOBODY = 1;

interface Destination {
  port?: number | string;
  host?: string;
  path?: string;
}

/** @param originalPorts what the original listens on */
export function redirectCalls(facts: CopyFacts, originalPorts: ReadonlySet<number>): void {
  const { connect } = Socket.prototype;
  const portFor = ({ port, host, path }: Destination) => {
    const wanted = Number(port);
    if (path !== undefined || !(wanted > 0) || !isThisMachine(host)) return undefined;
    return facts.portInsteadOf(wanted) ?? (originalPorts.has(wanted) ? NOBODY : undefined);
  };
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first, second] = args;
    // Node.js itself hands on a list whose first element are the options, marked by a symbol.
    const options = Array.isArray(first) ? first[0] : first;
    const isObject = typeof options === 'object' && options !== null;
    const host = typeof second === 'string' ? { host: second } : {};
    const port = portFor(isObject ? options : { port: options as number | string, ...host });
    if (port !== undefined) {
      if (Array.isArray(first)) first[0] = { ...options, port };
      else args[0] = isObject ? { ...options, port } : port;
    }
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}

function isThisMachine(host = 'localhost'): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.')) return true;
  if (host === '0.0.0.0' || host === '::' || host === '::1' || host === hostname()) return true;
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => address === host));
}
