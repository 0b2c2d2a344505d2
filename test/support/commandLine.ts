/** The real command line, as a person or a script starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually';

const FILE = fileURLToPath(new URL('../../dist/sidecar.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class CommandLine {
  stdout = '';
  stderr = '';
  /** Fulfilled when it has ended and all that it wrote is here. */
  readonly ended: Promise<Ended>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code]) => ({ code, stdout: this.stdout, stderr: this.stderr }));
  }

  /**
   * @param uid user to run as; by default this one
   * @param environment added to this process's own
   */
  static start(args: readonly string[], uid?: number, environment: NodeJS.ProcessEnv = {}): CommandLine {
    const identity = uid === undefined ? {} : { uid, gid: uid };
    const env = { ...process.env, ...environment };
    return new CommandLine(
      spawn(process.execPath, [FILE, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env, ...identity }),
    );
  }

  /** Runs a command that ends by itself. */
  static run(...args: readonly string[]): Promise<Ended> {
    return CommandLine.start(args).ended;
  }

  /** Waits until it has written something to stdout. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(`${pattern} on stdout`, () => pattern.exec(this.stdout) ?? undefined);
  }

  /** Closes the pipe it prints into, as `head` does. */
  stopReading(): void {
    this.child.stdout?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
