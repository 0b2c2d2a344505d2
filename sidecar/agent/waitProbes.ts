/**
 * How each kind of operation tells that it is still pending, and what it is. Nothing is hooked for this: a hook on the
 * ends of operations (`before`) costs half as much again as a whole micro request, measured on Node 18 to 26.
 */
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { redactUrl } from './redaction';
import { materialise } from './stacks';
import { grouped } from './text';
import type { Wait, WaitKind, WaitProbe } from './waitList';

/** The parts of Node's Timeout object that tell its state; unchanged from Node 18 to 26. */
interface TimeoutState {
  _destroyed?: boolean;
  _idleTimeout?: number;
  _repeat?: number | null;
  hasRef(): boolean;
}

const timer: WaitProbe = {
  kind: 'timer',
  // An unreferenced timer is a time-out or housekeeping: nobody awaits what may never happen.
  isPending: ({ subject }) => (subject as TimeoutState)._destroyed === false && (subject as TimeoutState).hasRef(),
  describe: ({ subject }) => {
    const { _idleTimeout, _repeat } = subject as TimeoutState;
    return `${_repeat ? 'interval' : 'timer'} of ${formatMs(_idleTimeout ?? 0)}`;
  },
  isUnlikely: ({ subject }) => Boolean((subject as TimeoutState)._repeat),
  dueMs: ({ subject, startedMs }) => startedMs + ((subject as TimeoutState)._idleTimeout ?? 0),
};

/** An AsyncWrap of Node's C++ side forgets its id (-1) when the operation behind it is destroyed. */
interface AsyncWrap {
  getAsyncId(): number;
}

function wrapProbe(kind: WaitKind, describe: WaitProbe['describe']): WaitProbe {
  return { kind, isPending: ({ subject, id }) => (subject as AsyncWrap).getAsyncId() === id, describe };
}

const fileSystem = wrapProbe('file system', wait => `fs.${nodeFunction(wait, 'fs') ?? 'operation'}`);
const dns = wrapProbe('dns', ({ subject }) => `DNS lookup of ${text((subject as { hostname?: unknown }).hostname)}`);
const cryptoJob = wrapProbe('crypto', wait => `crypto.${nodeFunction(wait, 'crypto') ?? 'operation'}`);
const crypto: WaitProbe = {
  ...cryptoJob,
  // The job of a synchronous call is over when the call returns, but lives until it is collected; it has no callback.
  isPending: wait => typeof (wait.subject as { ondone?: unknown }).ondone === 'function' && cryptoJob.isPending(wait),
};
const childProcess = wrapProbe('child process', ({ subject }) => {
  const owner = ownerOf(subject) as { spawnfile?: unknown; pid?: unknown } | undefined;
  return `child process ${text(owner?.spawnfile)} (pid ${text(owner?.pid)})`;
});

/** A socket the request has opened (the subject is then its handle) or written to. */
export const socketProbe: WaitProbe = {
  kind: 'socket',
  isPending: wait => {
    const socket = socketOf(wait.subject);
    if (!socket || socket.destroyed) return false;
    if (socket.connecting) return true;
    return socket.bytesRead === wait.bytesRead && !servesHttp(socket);
  },
  // A connection older than the request on which nothing ever came back, such as a log's, is hardly awaited.
  isUnlikely: ({ subject, bytesRead }) => 'bytesRead' in subject && bytesRead === 0,
  describe: ({ subject }) => {
    const socket = socketOf(subject) as (Socket & { _host?: unknown }) | undefined;
    const { remoteAddress, remotePort } = socket ?? {};
    if (socket?.connecting) return `connection to ${text(socket._host ?? 'its peer')}`;
    return remotePort ? `data from ${hostPort(remoteAddress ?? '', remotePort)}` : 'data from a socket';
  },
};

/** Waits by the type `async_hooks` gives them. Promises and ticks are not operations; sockets have a probe of their own. */
export const PROBES_BY_TYPE: ReadonlyMap<string, WaitProbe> = new Map([
  ['Timeout', timer],
  ['FSREQCALLBACK', fileSystem],
  ['FSREQPROMISE', fileSystem],
  ['GETADDRINFOREQWRAP', dns],
  ['GETNAMEINFOREQWRAP', dns],
  ['QUERYWRAP', dns],
  ['PROCESSWRAP', childProcess],
  ['PBKDF2REQUEST', crypto],
  ['SCRYPTREQUEST', crypto],
  ['HKDFREQUEST', crypto],
  ['RANDOMBYTESREQUEST', crypto],
  ['KEYPAIRGENREQUEST', crypto],
  ['SIGNREQUEST', crypto],
  ['HASHREQUEST', crypto],
  ['CIPHERREQUEST', crypto],
  ['TCPWRAP', socketProbe],
]);

/** A `ClientRequest` of node:http or node:https. */
export const clientRequestProbe: WaitProbe = {
  kind: 'http',
  isPending: ({ subject }) => {
    const request = subject as ClientRequest & { res?: { complete: boolean } };
    return !request.destroyed && request.res?.complete !== true;
  },
  describe: ({ subject }) => {
    const request = subject as ClientRequest & { res?: unknown };
    const host = text(request.getHeader('host') ?? request.host);
    const call = `${request.method} ${request.protocol}//${host}${redactUrl(request.path)}`;
    if (request.res) return `the rest of the answer to ${call}`;
    return request.socket ? call : `a free connection for ${call}`;
  },
};

/** A request of undici, which `fetch` is made of. */
interface UndiciRequest {
  completed?: boolean;
  aborted?: boolean;
  method?: unknown;
  origin?: unknown;
  path?: unknown;
}

export const undiciProbe: WaitProbe = {
  kind: 'http',
  isPending: ({ subject }) => !(subject as UndiciRequest).completed && !(subject as UndiciRequest).aborted,
  describe: ({ subject }) => {
    const { method, origin, path } = subject as UndiciRequest;
    return `${text(method)} ${text(origin)}${redactUrl(text(path))}`;
  },
};

/** @returns the socket itself, or the one a handle belongs to */
function socketOf(subject: object): Socket | undefined {
  if ('bytesRead' in subject && 'destroyed' in subject) return subject as Socket;
  return ownerOf(subject) as Socket | undefined;
}

/** True when an HTTP client (node:http or undici) uses the socket: the wait is then that request's. */
function servesHttp(socket: Socket): boolean {
  return Boolean((socket as { parser?: unknown }).parser) || symbolNamed(socket, 'parser') !== undefined;
}

/** Node's handles know the JavaScript object they serve by a symbol named `owner_symbol`. */
function ownerOf(handle: object): unknown {
  const symbol = symbolNamed(handle, 'owner_symbol');
  return symbol === undefined ? undefined : (handle as Record<symbol, unknown>)[symbol];
}

function symbolNamed(object: object, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(object).find(({ description }) => description === name);
}

/** Public function of a built-in module that the operation's stack came through: the outermost one in that module. */
function nodeFunction(wait: Wait, module: string): string | undefined {
  const frames = wait.stack ? materialise(wait.stack) : [];
  const inModule = frames.filter(
    ({ file }) => file.startsWith(`node:${module}`) || file.includes(`internal/${module}`),
  );
  return inModule.at(-1)?.functionName.split('.').at(-1);
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function formatMs(durationMs: number): string {
  return `${grouped(durationMs)} ms`;
}

/** Text for a value of the app: only plain values are looked at. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : 'unknown';
}
