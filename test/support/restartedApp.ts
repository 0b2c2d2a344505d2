/** An app in a folder of its own, which programs start again and again; each start is seen, whoever caused it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../sidecar/targets/aliveness';
import { eventually } from './eventually';
import type { NodeVersion } from './nodeVersions';

const APP = fileURLToPath(new URL('../apps/restarted', import.meta.url));
const TOOLS = fileURLToPath(new URL('../tools/restarters/node_modules', import.meta.url));

/** A process of the app that listens. */
export interface Start {
  pid: number;
  port: number;
  /** When it began to listen, in milliseconds since 1970. */
  atMs: number;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  nodeOptions?: string;
  cwd?: string;
}

export class RestartedApp {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'introspector-restarted-')));
  readonly file = join(this.folder, 'server.js');
  private readonly startsFile = join(this.folder, 'starts.jsonl');
  private readonly children: ChildProcess[] = [];
  private usesPm2 = false;

  constructor(private readonly node: NodeVersion) {
    for (const name of readdirSync(APP)) this.copyScript(name, name);
  }

  /** @returns path of the copy */
  copyScript(from: string, to: string): string {
    copyFileSync(join(APP, from), join(this.folder, to));
    return join(this.folder, to);
  }

  /** Starts the app, or what starts it: arguments of Node.js. */
  run(args: readonly string[], options: RunOptions = {}): ChildProcess {
    const child = spawn(this.node.executable, args, {
      cwd: options.cwd ?? this.folder,
      env: this.environment(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.resume();
    this.children.push(child);
    return child;
  }

  runNodemon(): ChildProcess {
    return this.run([join(TOOLS, 'nodemon/bin/nodemon.js'), '--watch', 'server.js', 'server.js']);
  }

  /** @returns what the pm2 of this app prints, whose daemon has a home of its own */
  async pm2(args: readonly string[], options: RunOptions = {}): Promise<string> {
    this.usesPm2 = true;
    const child = spawn(this.node.executable, [join(TOOLS, 'pm2/bin/pm2'), ...args], {
      cwd: this.folder,
      env: this.environment(options),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return text(child.stdout);
  }

  /** Makes a watching program start the app again. */
  touch(): void {
    const now = new Date();
    utimesSync(this.file, now, now);
  }

  starts(): Start[] {
    if (!existsSync(this.startsFile)) return [];
    const lines = readFileSync(this.startsFile, 'utf8').trimEnd().split('\n');
    return lines.map(line => JSON.parse(line) as Start);
  }

  /** Waits for the start with this number, 1 for the first. */
  started(number: number): Promise<Start> {
    return eventually(`start ${number} of the app`, () => this.starts()[number - 1]);
  }

  async stop(): Promise<void> {
    if (this.usesPm2) await this.pm2(['kill']);
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const { pid } of this.starts()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true });
  }

  private environment({ env, nodeOptions = '--inspect-port=0' }: RunOptions): NodeJS.ProcessEnv {
    const path = [dirname(this.node.executable), process.env.PATH].join(delimiter);
    const tools = { PM2_HOME: join(this.folder, 'pm2'), PM2_DISABLE_VERSION_CHECK: 'true' };
    return { ...process.env, ...tools, PATH: path, NODE_OPTIONS: nodeOptions, STARTS: this.startsFile, ...env };
  }
}

/** @returns the body of a GET; rejects when the process ends before it has answered */
export function fetchFrom({ port }: Start, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, response => {
      text(response).then(resolve, reject);
    });
    request.on('error', reject);
  });
}
