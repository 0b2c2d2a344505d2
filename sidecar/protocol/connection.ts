/** Both ends of the wire, typed from `messages.ts`: what crosses is checked once, where it arrives. */
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { errorCode, errors, IntrospectorError } from './errors';
import { frameTransport } from './frames';
import {
  type EventHandlers,
  type EventName,
  type EventValue,
  events,
  type Params,
  type RequestHandlers,
  type RequestName,
  type Result,
  requests,
} from './messages';
import type { WireSocket } from './socket';

/** Receives a sentence about each message that could not be used. */
export type OnProblem = (problem: string) => void;

const errorData = z.object({ code: errorCode, hint: z.string() });

function open(socket: WireSocket, onProblem: OnProblem): MessageConnection {
  const { reader, writer } = frameTransport(socket, onProblem);
  const logger = { error: onProblem, warn: onProblem, info: () => {}, log: () => {} };
  const connection = createMessageConnection(reader, writer, logger);
  connection.onError(([error]) => onProblem(error.message));
  return connection;
}

/** The caller's end: requests out, events in. */
export class ClientConnection {
  private readonly connection: MessageConnection;
  private closed = false;

  /**
   * @param socket an open socket to a sidecar
   * @param handlers one per event; an event none of them knows is reported once and ignored
   * @param onProblem see OnProblem
   */
  constructor(
    private readonly socket: WireSocket,
    handlers: EventHandlers,
    onProblem: OnProblem,
  ) {
    this.connection = open(socket, onProblem);
    socket.onClose(() => {
      this.closed = true;
      this.connection.dispose();
    });
    for (const name of Object.keys(events) as EventName[]) this.listen(name, handlers, onProblem);
    const reported = new Set<string>();
    this.connection.onNotification(method => {
      if (!reported.has(method)) onProblem(`ignoring unknown event "${method.slice(0, 100)}"`);
      reported.add(method);
    });
    this.connection.listen();
  }

  private listen<K extends EventName>(name: K, handlers: EventHandlers, onProblem: OnProblem): void {
    this.connection.onNotification(name, (value: unknown) => {
      const parsed = events[name].safeParse(value);
      if (parsed.success) handlers[name](parsed.data as EventValue<K>);
      else onProblem(`event ${name} dropped: ${describe(parsed.error)}`);
    });
  }

  /**
   * @param name request to make
   * @param params its parameters
   * @param signal aborting it cancels the request
   * @returns the answer, checked
   * @throws IntrospectorError as the sidecar threw it, or `sidecarGone` when the connection is closed first
   */
  async request<K extends RequestName>(name: K, params: Params<K>, signal?: AbortSignal): Promise<Result<K>> {
    if (this.closed) throw errors.sidecarGone('its connection is closed');
    const cancellation = new CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const result: unknown = await this.connection.sendRequest(name, params, cancellation.token);
      return requests[name].result.parse(result) as Result<K>;
    } catch (error) {
      throw this.closed ? errors.sidecarGone('it ended during the request') : received(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  close(): void {
    this.socket.close();
  }
}

/** The serving end: requests in, events out. */
export class ServerConnection {
  private readonly connection: MessageConnection;

  /**
   * @param socket an open socket from a client
   * @param handlers one per request; a request none of them knows is answered with an error
   * @param onProblem see OnProblem
   */
  constructor(
    private readonly socket: WireSocket,
    handlers: RequestHandlers,
    onProblem: OnProblem,
  ) {
    this.connection = open(socket, onProblem);
    socket.onClose(() => this.connection.dispose());
    for (const name of Object.keys(requests) as RequestName[]) this.serve(name, handlers, onProblem);
    this.connection.onNotification(() => {});
    this.connection.listen();
  }

  private serve<K extends RequestName>(name: K, handlers: RequestHandlers, onProblem: OnProblem): void {
    this.connection.onRequest(name, async (params: unknown) => {
      const parsed = requests[name].params.safeParse(params ?? {});
      if (!parsed.success) return new ResponseError(ErrorCodes.InvalidParams, `${name}: ${describe(parsed.error)}`);
      try {
        return await handlers[name](parsed.data as Params<K>);
      } catch (error) {
        if (error instanceof IntrospectorError) {
          const { code, hint } = error;
          return new ResponseError(ErrorCodes.InvalidRequest, error.message, { code, hint });
        }
        onProblem(`request ${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
        return new ResponseError(ErrorCodes.InternalError, `${name} failed in the sidecar; its log says why`);
      }
    });
  }

  /** Sends an event; a client that is gone is no error. */
  emit<K extends EventName>(name: K, value: EventValue<K>): void {
    this.connection.sendNotification(name, value).catch(() => {});
  }

  close(): void {
    this.socket.close();
  }
}

function received(error: unknown): Error {
  if (!(error instanceof ResponseError)) return error instanceof Error ? error : new Error(String(error));
  const data = errorData.safeParse(error.data);
  return data.success ? new IntrospectorError(data.data.code, error.message, data.data.hint) : error;
}

/** `frames.3.line: expected number` */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : error.message;
}
