/** Somebody else's debugger: a second client of the app's inspector, as an editor's own would be. */
import { once } from 'node:events';
import type Protocol from 'devtools-protocol/types/protocol';
import { WebSocket } from 'ws';
import { eventually } from './eventually';

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

export class DebuggerClient {
  timesResumed = 0;
  private nextId = 1;
  private readonly answers = new Map<number, (message: Message) => void>();
  private pausedAt: Protocol.Debugger.CallFrame[] | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', data => this.receive(JSON.parse(data.toString()) as Message));
  }

  /** Connects to the inspector on a local port and switches debugging on. */
  static async connect(port: number): Promise<DebuggerClient> {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
    if (target === undefined) throw new Error('there is nothing to debug');
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, 'open');
    const client = new DebuggerClient(socket);
    await client.send('Debugger.enable', {});
    return client;
  }

  private send(method: string, params: object): Promise<unknown> {
    const id = this.nextId;
    this.nextId += 1;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) =>
      this.answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result))),
    );
  }

  private receive({ id, method, params, ...outcome }: Message): void {
    if (id !== undefined) this.answers.get(id)?.(outcome);
    if (method === 'Debugger.paused') this.pausedAt = (params as Protocol.Debugger.PausedEvent).callFrames;
    if (method === 'Debugger.resumed') {
      this.pausedAt = undefined;
      this.timesResumed += 1;
    }
  }

  /** @param line 1-based */
  async breakAt(file: string, line: number): Promise<void> {
    const result = await this.send('Debugger.setBreakpointByUrl', { lineNumber: line - 1, url: `file://${file}` });
    const { locations } = result as Protocol.Debugger.SetBreakpointByUrlResponse;
    if (locations.length !== 1) throw new Error(`${locations.length} places to stop at ${file}:${line}`);
  }

  /** Stops the app before the next JavaScript it runs. */
  async pauseNow(): Promise<void> {
    await this.send('Debugger.pause', {});
  }

  /** Waits until the app stands still. */
  paused(): Promise<unknown> {
    return eventually('the app to pause', () => this.pausedAt);
  }

  /** @returns value of an expression where the app stands; fails when it runs */
  async evaluateInFrame(expression: string): Promise<unknown> {
    const callFrameId = this.pausedAt?.[0]?.callFrameId;
    const result = await this.send('Debugger.evaluateOnCallFrame', { callFrameId, expression });
    return (result as Protocol.Debugger.EvaluateOnCallFrameResponse).result.value;
  }

  async resume(): Promise<void> {
    await this.send('Debugger.resume', {});
  }

  close(): void {
    this.socket.terminate();
  }
}
