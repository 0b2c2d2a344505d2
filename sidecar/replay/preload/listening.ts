/** Servers of a copy listen on free ports of the loopback address, whatever they ask for. */
import { Socket as DatagramSocket } from 'node:dgram';
import { type AddressInfo, type ListenOptions, Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { CopyFacts } from './copyFacts';

const LOOPBACK = '127.0.0.1';

/** The many ways to call `listen`: https://nodejs.org/api/net.html#serverlisten */
type ListenArguments = readonly unknown[];

export function moveListeningPorts(facts: CopyFacts): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const wish = wishOf(args);
    if (wish === undefined) return Reflect.apply(listen, this, args);
    this.once('listening', () => {
      const address = this.address() as AddressInfo | null;
      if (address === null) return;
      facts.tell({
        kind: 'listening',
        pid: process.pid,
        wanted: wish.wanted,
        port: address.port,
        protocol: protocolOf(this),
      });
    });
    const callback = args.at(-1);
    return Reflect.apply(listen, this, typeof callback === 'function' ? [wish.instead, callback] : [wish.instead]);
  } as typeof listen;
}

export function moveDatagramPorts(): void {
  const { bind } = DatagramSocket.prototype;
  DatagramSocket.prototype.bind = function (this: DatagramSocket, ...args: unknown[]) {
    const [first] = args;
    const isObject = typeof first === 'object' && first !== null;
    const instead = isObject ? { ...first, port: 0, fd: undefined } : typeof first === 'function' ? first : 0;
    return Reflect.apply(bind, this, [instead, ...args.slice(1)]);
  } as typeof bind;
}

/** @returns what is asked for and what to ask for instead; undefined when it is no port and no path */
function wishOf(args: ListenArguments): { wanted: number | string; instead: ListenOptions } | undefined {
  const [first, second, third] = args;
  const instead = { port: 0, host: LOOPBACK };
  if (typeof first === 'object' && first !== null) {
    const { port, path, fd, ...rest } = first as ListenOptions & { fd?: number };
    if (port === undefined && path === undefined && fd === undefined) return undefined;
    return { wanted: port === undefined ? (path ?? 0) : Number(port), instead: { ...rest, ...instead } };
  }
  const backlog = [second, third].find(each => typeof each === 'number');
  const withBacklog = typeof backlog === 'number' ? { ...instead, backlog } : instead;
  const isPath = typeof first === 'string' && !isPort(first);
  const wanted = isPath ? first : typeof first === 'function' ? 0 : Number(first ?? 0);
  return { wanted, instead: withBacklog };
}

function isPort(text: string): boolean {
  return text !== '' && Number.isInteger(Number(text));
}

function protocolOf(server: Server): 'http' | 'https' | 'other' {
  if (server.listenerCount('request') === 0) return 'other';
  return server instanceof TlsServer ? 'https' : 'http';
}
