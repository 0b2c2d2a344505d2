/** One run of the sidecar: the process, and the connection to it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { ClientConnection, type OnProblem } from '../../sidecar/protocol/connection';
import { errors } from '../../sidecar/protocol/errors';
import type { EventHandlers } from '../../sidecar/protocol/messages';
import { wireSocket } from '../../sidecar/protocol/socket';
import { PROTOCOL_VERSION } from '../../sidecar/protocol/version';

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 4_000;

/** The one line the sidecar prints. */
const readyLine = z.object({ port: z.int(), token: z.string() });

export interface SidecarOptions {
  /** `dist/sidecar.mjs` of this extension. */
  file: string;
  version: string;
  handlers: EventHandlers;
  /** Gets each line of its stderr. */
  onLine(line: string): void;
  onProblem: OnProblem;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class SidecarProcess {
  private constructor(
    private readonly child: Child,
    readonly connection: ClientConnection,
    /** Fulfilled when the process has ended, with how. */
    readonly ended: Promise<string>,
  ) {}

  /**
   * Starts the sidecar with the Node.js that runs this extension, and greets it.
   *
   * @throws IntrospectorError `sidecarGone` when it does not come up, `protocolMismatch` when it is another version
   */
  static async start(options: SidecarOptions): Promise<SidecarProcess> {
    // In desktop VS Code the executable is Electron, which this variable makes a plain Node.js.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const child = spawn(process.execPath, [options.file, 'serve'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {});
    createInterface({ input: child.stderr }).on('line', options.onLine);
    const ended = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
    try {
      const { port, token } = await ready(child, ended);
      const socket = await open(port, token);
      const connection = new ClientConnection(wireSocket(socket), options.handlers, options.onProblem);
      await connection.request('hello', {
        protocolVersion: PROTOCOL_VERSION,
        clientName: 'VS Code extension',
        clientVersion: options.version,
      });
      return new SidecarProcess(child, connection, ended);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Asks it to detach from everything and end; ends it when it does not. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(force);
  }
}

async function ready(child: Child, ended: Promise<string>): Promise<z.infer<typeof readyLine>> {
  const lines = createInterface({ input: child.stdout });
  const line = new Promise<string>(resolve => lines.once('line', resolve));
  let timer: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_, reject) => {
    const fail = (detail: string) => reject(errors.sidecarGone(detail));
    void ended.then(fail);
    timer = setTimeout(fail, READY_TIMEOUT_MS, `it was not ready within ${READY_TIMEOUT_MS / 1000} s`);
  });
  try {
    return readyLine.parse(JSON.parse(await Promise.race([line, failure])));
  } finally {
    clearTimeout(timer);
  }
}

function open(port: number, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    handshakeTimeout: READY_TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', error => reject(errors.sidecarGone(error.message)));
  });
}
