/** Starts a sample app as an ordinary process and talks to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { resolve as resolvePath } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type NodeVersion, nodeVersion } from './nodeVersions';

const START_TIMEOUT_MS = 30_000;
const APPS = fileURLToPath(new URL('../apps', import.meta.url));

export interface AppOptions {
  node?: NodeVersion;
  /** Port that a signal opens the inspector on; by default any, so that nothing on this machine is in the way. */
  inspectorPort?: number;
  /** Options for Node.js itself. */
  nodeOptions?: string[];
  env?: NodeJS.ProcessEnv;
  /** By default this process's own. */
  cwd?: string;
}

export interface Answer {
  status: number;
  body: string;
}

/** A request under way. */
export interface Exchange {
  /** Fulfilled when the head of the answer is there, which tells that the app's handler runs. */
  readonly answering: Promise<void>;
  readonly answer: Promise<Answer>;
  /** Hangs up. */
  abort(): void;
}

export class SampleApp {
  /** All it has written to stderr so far. */
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(
    readonly file: string,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  /**
   * @param path below test/apps, or absolute; the app listens on a free port and prints a line that ends with it
   */
  static async start(path: string, options: AppOptions = {}) {
    const file = resolvePath(APPS, path);
    const { node = nodeVersion(20), inspectorPort = 0, nodeOptions = [], env = {}, cwd } = options;
    const child = spawn(node.executable, [`--inspect-port=${inspectorPort}`, ...nodeOptions, file], {
      cwd,
      env: { ...process.env, PORT: '0', NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${path} did not start: ${stderr}`)), START_TIMEOUT_MS);
      child.once('exit', code => reject(new Error(`${path} ended with ${code}: ${stderr}`)));
      lines.on('line', line => {
        const found = /(?<port>\d+)$/.exec(line)?.groups?.port;
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(Number(found));
      });
    });
    const app = new SampleApp(file, child, port);
    app.stderr = stderr;
    child.stderr?.on('data', (text: string) => {
      app.stderr += text;
    });
    return app;
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the app has no pid');
    return pid;
  }

  /** @returns status and body of a GET on a connection of its own */
  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers);
  }

  /** @returns status and body of a POST with a JSON body */
  post(path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, { 'content-type': 'application/json', ...headers }, body);
  }

  /** Sends a GET whose answer the test need not wait for, by default on a connection of its own. */
  open(path: string, agent: Agent | false = false): Exchange {
    return this.exchange('GET', path, { agent });
  }

  private send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    return this.exchange(method, path, { headers, agent: false }, body).answer;
  }

  private exchange(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; agent: Agent | false },
    body?: string,
  ): Exchange {
    const sent = request({ host: '127.0.0.1', port: this.port, method, path, ...options });
    const answering = once(sent, 'response').then(() => {});
    const answer = new Promise<Answer>((resolve, reject) => {
      sent.on('response', response => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
    // A test may look at neither.
    answering.catch(() => {});
    answer.catch(() => {});
    return { answering, answer, abort: () => void sent.destroy() };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
