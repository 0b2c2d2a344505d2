/** One connection to a V8 inspector: calls with ids, events, and an end that leaves no call hanging. */
import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping';
import { WebSocket } from 'ws';

/** Node's own domain is not in the published protocol: https://github.com/nodejs/node src/inspector/node_protocol.pdl */
interface NodeCommands {
  'NodeRuntime.notifyWhenWaitingForDisconnect': { paramsType: [{ enabled: boolean }]; returnType: undefined };
}
type Commands = ProtocolMapping.Commands & NodeCommands;

/** Commands whose parameters are one object: all that we use. */
type Params<M extends keyof Commands> = Commands[M]['paramsType'] extends [infer P] ? P : undefined;

interface NodeEvents {
  'NodeRuntime.waitingForDisconnect': [];
}
type Events = ProtocolMapping.Events & NodeEvents;

/** Larger answers are refused: a drain is a few kilobytes, and what the app sends is not trusted. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const OPEN_TIMEOUT_MS = 5_000;

/** The peer refused a command, or was gone before it answered. */
class InspectorError extends Error {
  override readonly name = 'InspectorError';
}

interface Pending {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Where commands can be sent. */
export type InspectorLine = Pick<InspectorConnection, 'send'>;

export class InspectorConnection {
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, (params: unknown) => void>();
  /** What waits for `alone` to end. */
  private waiting: (() => void)[] | undefined;
  /** Fulfilled when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', data => this.receive(data.toString()));
    socket.on('error', () => {});
    this.closed = new Promise(resolve =>
      socket.on('close', () => {
        for (const { method, reject } of this.pending.values())
          reject(new InspectorError(`${method}: connection closed`));
        this.pending.clear();
        resolve();
      }),
    );
  }

  /**
   * @param url `ws://…` as the inspector's `/json/list` gives it
   * @throws InspectorError when nobody takes the connection within 5 s
   */
  static open(url: string): Promise<InspectorConnection> {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: OPEN_TIMEOUT_MS,
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new InspectorConnection(socket)));
      socket.once('error', error => reject(new InspectorError(error.message)));
    });
  }

  /**
   * @returns the command's result, however long it takes: inside a native call the app cannot answer
   * @throws InspectorError when the peer refuses it or the connection closes first
   */
  send<M extends keyof Commands>(method: M, params: Params<M>): Promise<Commands[M]['returnType']> {
    const { waiting } = this;
    if (waiting === undefined) return this.sendNow(method, params);
    return new Promise((resolve, reject) => {
      waiting.push(() => void this.sendNow(method, params).then(resolve, reject));
    });
  }

  /**
   * Has the connection to itself: what others send meanwhile goes out afterwards.
   *
   * @param work is given the way to send; not to be called by two at once
   */
  async alone<T>(work: (line: InspectorLine) => Promise<T>): Promise<T> {
    this.waiting = [];
    try {
      return await work({ send: (method, params) => this.sendNow(method, params) });
    } finally {
      const { waiting } = this;
      this.waiting = undefined;
      for (const go of waiting) go();
    }
  }

  private sendNow<M extends keyof Commands>(method: M, params: Params<M>): Promise<Commands[M]['returnType']> {
    if (this.socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new InspectorError(`${method}: connection closed`));
    }
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { method, resolve: resolve as Pending['resolve'], reject });
      this.socket.send(JSON.stringify({ id, method, params }), () => {});
    });
  }

  /** Listens to one event; a later listener takes the place of an earlier one. */
  on<E extends keyof Events>(event: E, listener: (params: Events[E][0]) => void): void {
    this.listeners.set(event, listener as (params: unknown) => void);
  }

  /** Ends the connection; `closed` tells when it is over. */
  close(): void {
    this.socket.close();
    // A stopped peer never answers the closing handshake.
    const force = setTimeout(() => this.socket.terminate(), 500);
    void this.closed.then(() => clearTimeout(force));
  }

  private receive(text: string): void {
    const message = parse(text);
    if (message === undefined) return;
    if (message.id === undefined) {
      this.listeners.get(message.method ?? '')?.(message.params);
      return;
    }
    const call = this.pending.get(message.id);
    if (call === undefined) return;
    this.pending.delete(message.id);
    if (message.error) call.reject(new InspectorError(`${call.method}: ${message.error.message ?? 'refused'}`));
    else call.resolve(message.result);
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message?: string };
}

/** A frame that is not JSON is dropped: the call it may have answered ends with the connection. */
function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
