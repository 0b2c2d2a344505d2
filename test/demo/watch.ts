/** `introspector watch` on the shop: shows its reports while they come, and remembers them. */
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { type OwnedChild, startChild } from '../support/vscode/childProcess';
import { withDeadline } from '../support/vscode/deadline';
import { sidecarScript } from './paths';
import { echo } from './print';

/** Attaching takes less than 1 s. */
const ATTACH_TIMEOUT_MS = 30_000;
/** The end of a request is told of within some 100 ms. */
const LAST_WORD_TIMEOUT_MS = 5_000;
const DETACH_TIMEOUT_MS = 15_000;

export class Watch {
  /** All it has written to stdout. */
  readonly lines: string[] = [];
  /** Numbers of the requests that were reported while they ran and whose end was not told of yet. */
  private readonly running = new Set<number>();
  private readonly changes = new EventEmitter();
  private reportsRunning = false;

  private constructor(private readonly child: OwnedChild) {
    echo('watch', child.process.stdout, line => this.read(line));
    echo('watch', child.process.stderr);
  }

  /** @returns when it watches */
  static async start(pid: number): Promise<Watch> {
    if (!existsSync(sidecarScript)) throw new Error(`${sidecarScript} is missing: run "npm run demo".`);
    const child = startChild(process.execPath, [sidecarScript, 'watch', String(pid), '--no-journal'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const watch = new Watch(child);
    try {
      const watching = watch.until(() => watch.lines.some(line => line.startsWith('Watching ')));
      const ended = child.ended.then(end => Promise.reject(new Error(`The watch ended: ${end.description}`)));
      await withDeadline(Promise.race([watching, ended]), ATTACH_TIMEOUT_MS, 'Attaching to the shop');
      return watch;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** Waits until the end of every reported request was told of. */
  async settled(): Promise<void> {
    const settled = this.until(() => this.running.size === 0);
    await withDeadline(settled, LAST_WORD_TIMEOUT_MS, `The report of the end of request ${[...this.running]}`);
  }

  /** Ends it as Ctrl-C does, which has it show the guilty lines and detach. @returns its exit code */
  async interrupt(): Promise<number | null> {
    this.child.process.kill('SIGINT');
    const { exitCode } = await withDeadline(this.child.ended, DETACH_TIMEOUT_MS, 'Detaching from the shop');
    return exitCode;
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  private read(line: string): void {
    this.lines.push(line);
    if (/^(Slow|Hung) request: /.test(line)) this.reportsRunning = line.includes('still running after');
    const started = /^Started .* request (\d+)$/.exec(line)?.[1];
    if (started !== undefined) {
      if (this.reportsRunning) this.running.add(Number(started));
      else this.running.delete(Number(started));
    }
    const ended = /^Request (\d+), /.exec(line)?.[1];
    if (ended !== undefined) this.running.delete(Number(ended));
    this.changes.emit('line');
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.changes, 'line');
  }
}
