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
/**
 * A time-out of the app's own (a timebox, `vm`) that comes while the app does what we asked ends that, too. On Node 20
 * the inspector then runs nothing for up to some seconds, and says so in other words.
 */
const ENDED_BY_APP = ['Execution was terminated', 'Internal error', "Couldn't parse value object in call argument"];
const RUNS_CODE = ['Runtime.evaluate', 'Runtime.callFunctionOn'];
/** Not at once: V8 crashes when it begins something new before it has ended what it was to end. */
const FIRST_REPEAT_MS = 20;
const REPEAT_EVERY_MS = 640;
/** That is for about eight seconds: an agent that nobody calls for ten leaves by itself. */
const MAX_REPEATS = 16;

/** The peer refused a command, or was gone before it answered. */
class InspectorError extends Error {
  override readonly name = 'InspectorError';
}

interface Pending {
  readonly method: string;
  readonly params: unknown;
  /** How often it has been sent again. */
  repeats: number;
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
   * @returns the command's result, however long it takes: inside a native call the app cannot answer. Sent again when a
   *   time-out of the app's own has ended it
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
    return new Promise((resolve, reject) => {
      this.transmit({ method, params, repeats: 0, resolve: resolve as Pending['resolve'], reject });
    });
  }

  private transmit(call: Pending): void {
    if (this.socket.readyState !== WebSocket.OPEN) {
      call.reject(new InspectorError(`${call.method}: connection closed`));
      return;
    }
    const id = this.nextId;
    this.nextId += 1;
    this.pending.set(id, call);
    this.socket.send(JSON.stringify({ id, method: call.method, params: call.params }), () => {});
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
    if (isEndedByApp(call, message.error?.message) && call.repeats < MAX_REPEATS) {
      const afterMs = Math.min(REPEAT_EVERY_MS, FIRST_REPEAT_MS * 2 ** call.repeats);
      call.repeats += 1;
      setTimeout(() => this.transmit(call), afterMs);
    } else if (message.error) call.reject(new InspectorError(`${call.method}: ${message.error.message ?? 'refused'}`));
    else call.resolve(message.result);
  }
}

function isEndedByApp({ method }: Pending, problem = ''): boolean {
  return RUNS_CODE.includes(method) && ENDED_BY_APP.includes(problem);
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
