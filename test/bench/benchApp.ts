/** An app to measure: an ordinary process that ends with this one at the latest. */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { NodeVersion } from '../support/nodeVersions';
import { type OwnedChild, startChild } from '../support/vscode/childProcess';
import { withDeadline } from '../support/vscode/deadline';
import { collectOutputTail } from '../support/vscode/outputTail';

const START_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 60_000;

const usage = z.object({ cpuMs: z.number() });

export class BenchApp {
  private constructor(
    private readonly child: OwnedChild,
    readonly port: number,
  ) {}

  /**
   * @param file below test/apps/bench; it listens on a free port and prints a line that ends with it
   * @param environment added to this process's own
   * @returns when it listens
   */
  static async start(file: string, node: NodeVersion, environment: NodeJS.ProcessEnv = {}): Promise<BenchApp> {
    const script = fileURLToPath(new URL(`../apps/bench/${file}`, import.meta.url));
    // Port 0 is for the inspector that attaching opens: 9229 may be somebody else's.
    const child = startChild(node.executable, ['--inspect-port=0', script], {
      env: { ...process.env, PORT: '0', NODE_ENV: 'production', NODE_OPTIONS: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const outputTail = collectOutputTail(child.process);
    const port = new Promise<number>((resolve, reject) => {
      if (child.process.stdout === null) throw new Error('its output is not piped');
      createInterface({ input: child.process.stdout }).on('line', line => {
        const found = /listening on (\d+)$/.exec(line)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      void child.ended.then(end => reject(new Error(`${file} ended: ${end.description}\n${outputTail()}`)));
    });
    try {
      return new BenchApp(child, await withDeadline(port, START_TIMEOUT_MS, `The start of ${file}`));
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  get pid(): number {
    const { pid } = this.child.process;
    if (pid === undefined) throw new Error('the app has no pid');
    return pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @returns the JSON it answered with @throws Error when the answer is not a good one */
  async send(path: string, method: 'GET' | 'POST' = 'GET'): Promise<unknown> {
    const answer = await fetch(this.url + path, { method, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
    return await answer.json();
  }

  /** @returns CPU time of all its threads so far, in milliseconds, as the app itself counts it */
  async cpuMs(): Promise<number> {
    return usage.parse(await this.send('/usage')).cpuMs;
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }
}
