/** A second instance of an app, on ports of its own; nothing of it is left when it has ended. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { errors, type IntrospectorError } from '../protocol/errors';
import { COPY_MARK } from '../targets/environment';
import type { StartRecipe } from '../targets/startRecipe';
import { type CopyFact, parseCopyFacts } from './copyFactLines';
import { type KeeperNews, type KeeperOrder, keeperNews } from './keeperMessages';

/** This program: the keeper is one of its commands. */
const PROGRAM = fileURLToPath(new URL('./sidecar.mjs', import.meta.url));
const MAX_OUTPUT_LINES = 15;
const MAX_LINE_LENGTH = 500;
const LISTEN_TIMEOUT_MS = 120_000;
const POLL_MS = 20;
/** Linux's default: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html */
const FIRST_EPHEMERAL_PORT = 32_768;
const END_TIMEOUT_MS = 15_000;

export type Listening = Extract<CopyFact, { kind: 'listening' }>;

export class Copy {
  private readonly output: string[] = [];
  private factsFile: string | undefined;
  /** Why it cannot be used any more: half a sentence. */
  private obstacle: string | undefined;
  /** Fulfilled when the keeper has ended, which is when nothing of the copy is left. */
  private readonly ended: Promise<void>;

  private constructor(
    private readonly recipe: StartRecipe,
    private readonly keeper: ChildProcessByStdio<Writable, Readable, Readable>,
  ) {
    this.ended = new Promise<void>(resolve => {
      // All that it had to say has been read by then.
      keeper.once('close', () => resolve());
      keeper.once('error', error => {
        this.obstacle ??= `what keeps the copy could not be started (${error.message})`;
        resolve();
      });
    });
    keeper.stdin.on('error', () => {});
    createInterface({ input: keeper.stdout }).on('line', line => this.note(keeperNews.parse(JSON.parse(line))));
    createInterface({ input: keeper.stderr }).on('line', line => this.noteOutput(line));
    void this.ended.then(() => {
      this.obstacle ??= 'what kept the copy ended';
    });
  }

  /** Starts it; `serving` tells when it can be called. */
  static start(recipe: StartRecipe): Copy {
    const keeper = spawn(process.execPath, [PROGRAM, 'keep-copy'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, [COPY_MARK]: 'keeper' },
      // Ctrl-C in a terminal is for the sidecar, which then ends the copy in order.
      detached: true,
    });
    const { pid: _original, ...order } = recipe;
    const copy = new Copy(recipe, keeper);
    keeper.stdin.write(`${JSON.stringify({ id: randomUUID(), ...order } satisfies KeeperOrder)}\n`);
    return copy;
  }

  /**
   * @param wantedPort the original's port that the request goes to; undefined for the first one it listens on
   * @returns the server that stands in its place, and the inspector of its process
   * @throws IntrospectorError `replayFailed` when the copy ends before, or does not listen for two minutes
   */
  async serving(wantedPort: number | undefined, signal: AbortSignal) {
    const deadlineMs = performance.now() + LISTEN_TIMEOUT_MS;
    while (performance.now() < deadlineMs) {
      signal.throwIfAborted();
      const facts = await this.facts();
      const problem = facts.find(fact => fact.kind === 'problem');
      if (problem !== undefined) throw this.failure(problem.message);
      const server = facts.find(fact => isServer(fact) && standsFor(fact, wantedPort));
      const inspector = facts.find(fact => fact.kind === 'inspector' && fact.pid === server?.pid);
      if (server?.kind === 'listening' && inspector?.kind === 'inspector') return { server, inspector };
      if (this.obstacle !== undefined) throw this.failure(this.obstacle);
      await delay(POLL_MS, undefined, { signal });
    }
    const where = wantedPort === undefined ? 'for HTTP' : `in the place of port ${wantedPort}`;
    throw this.failure(`the copy did not listen ${where} within ${LISTEN_TIMEOUT_MS / 1000} s`);
  }

  /** @returns an error that says what became of the copy, if anything did, and what it wrote last */
  failure(reason: string): IntrospectorError {
    const wrote = this.output.length === 0 ? 'It wrote nothing.' : `It wrote last:\n${this.output.join('\n')}`;
    const why = this.obstacle === undefined || this.obstacle === reason ? reason : `${reason}: ${this.obstacle}`;
    return errors.replayFailed(why, wrote);
  }

  /** Ends it and everything it has started. */
  async end(): Promise<void> {
    this.keeper.stdin.end();
    const late = new AbortController();
    const tooLate = delay(END_TIMEOUT_MS, undefined, { signal: late.signal }).catch(() => {});
    await Promise.race([this.ended, tooLate]);
    late.abort();
  }

  private async facts(): Promise<CopyFact[]> {
    if (this.factsFile === undefined) return [];
    return parseCopyFacts(await readFile(this.factsFile, 'utf8').catch(() => ''));
  }

  private note(news: KeeperNews): void {
    if (news.kind === 'started') this.factsFile = news.factsFile;
    else if (news.kind === 'exited') this.obstacle ??= `the copy ended ${news.how}`;
    else this.obstacle ??= `${this.recipe.executable} could not be started (${news.reason})`;
  }

  private noteOutput(line: string): void {
    // What Node.js says of the inspector we opened is no news of the app's.
    if (/^(?:Debugger (?:listening|attached|ending)|For help, see: https:\/\/nodejs)/.test(line)) return;
    this.output.push(line.slice(0, MAX_LINE_LENGTH));
    if (this.output.length > MAX_OUTPUT_LINES) this.output.shift();
  }
}

/** An app that asks for any port gets one from the system's range for that. */
function standsFor({ wanted }: Listening, port: number | undefined): boolean {
  return port === undefined || wanted === port || (wanted === 0 && port >= FIRST_EPHEMERAL_PORT);
}

function isServer(fact: CopyFact): fact is Listening {
  return fact.kind === 'listening' && fact.protocol !== 'other';
}
