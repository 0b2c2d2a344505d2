/** A real sidecar that serves, with its address, so that a test can connect to it as it likes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ClientOptions, WebSocket } from 'ws';
import { ClientConnection } from '../../sidecar/protocol/connection';
import type { EventHandlers } from '../../sidecar/protocol/messages';
import { wireSocket } from '../../sidecar/protocol/socket';
import { PROTOCOL_VERSION } from '../../sidecar/protocol/version';

const FILE = fileURLToPath(new URL('../../dist/sidecar.mjs', import.meta.url));

export class ServingSidecar {
  stderr = '';
  private readonly ended: Promise<unknown>;
  private readonly sockets: WebSocket[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly token: string,
  ) {
    this.ended = once(child, 'exit');
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  static async start(): Promise<ServingSidecar> {
    const child = spawn(process.execPath, [FILE, 'serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { port, token } = JSON.parse(String(line)) as { port: number; token: string };
    return new ServingSidecar(child, port, token);
  }

  /** @returns a socket that is opening, with the right token unless the options say otherwise */
  socket({ headers, ...options }: ClientOptions = {}): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}`, {
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      perMessageDeflate: false,
      ...options,
    });
    socket.on('error', () => {});
    this.sockets.push(socket);
    return socket;
  }

  async openSocket(): Promise<WebSocket> {
    const socket = this.socket();
    await once(socket, 'open');
    return socket;
  }

  /** @returns a client that behaves, after its hello */
  async client(handlers: Partial<EventHandlers> = {}): Promise<ClientConnection> {
    const ignore = () => {};
    const all = {
      targetChanged: ignore,
      targetStats: ignore,
      slowRequest: ignore,
      requestGroup: ignore,
      deliveryStats: ignore,
      notice: ignore,
      profileTaken: ignore,
      replayProgress: ignore,
      lineHints: ignore,
      hotLines: ignore,
      boxes: ignore,
      ...handlers,
    };
    const client = new ClientConnection(wireSocket(await this.openSocket()), all, ignore);
    await client.request('hello', hello());
    return client;
  }

  /** @throws unless a client that behaves is served */
  async serve(): Promise<void> {
    const client = await this.client();
    await client.request('listProcesses', {});
    client.close();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.child.stdin?.end();
    await this.ended;
  }
}

/** @returns parameters of the first request of a client */
export function hello(protocolVersion = PROTOCOL_VERSION, clientVersion = '1') {
  return { protocolVersion, clientName: 'test', clientVersion };
}
