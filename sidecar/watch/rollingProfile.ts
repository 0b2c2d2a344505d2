/** Samples a target all the time, and tells on which lines it computed most in the last minute. */
import type { InspectorConnection } from '../inspector/connection';
import type { PositionResolver } from '../profiles/frameTable';
import { type Chunk, decodeChunk, recentLines } from '../profiles/recentLines';
import type { AgentSession } from './agentSession';

const SAMPLING_INTERVAL_US = 10_000;
/** As often as the lines are told anew. To change the chunk costs the app 0.5 ms. */
const CHUNK_MS = 5_000;
/** What lines are told of. */
const RECENT_US = 60_000_000;
/** What requests can be cut out of: some 20 MB for a large app. */
const KEPT_US = 300_000_000;

export interface RollingListener {
  onLines(recent: Awaited<ReturnType<typeof recentLines>>): void;
  /** A sentence for a log. */
  onProblem(problem: string): void;
}

export class RollingProfile {
  private chunks: Chunk[] = [];
  private session: AgentSession | undefined;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();

  /** @param titlePrefix of all profiles that the agent starts: those of other clients are not ours */
  constructor(
    private readonly connection: InspectorConnection,
    private readonly titlePrefix: string,
    private readonly resolver: PositionResolver,
    private readonly listener: RollingListener,
  ) {}

  /**
   * Changes follow each other, however fast they come. Does not fail.
   *
   * @param isOn whether it is to run from now on
   */
  set(isOn: boolean, session: AgentSession | undefined): Promise<void> {
    this.work = this.work.then(() => (isOn && session !== undefined ? this.start(session) : this.stop()));
    return this.work;
  }

  /** Does not fail: an app that refuses is told of as a problem. */
  private async start(session: AgentSession): Promise<void> {
    if (this.session !== undefined) return;
    this.session = session;
    this.connection.on('Profiler.consoleProfileFinished', ({ title, profile }) => {
      if (title?.startsWith(`${this.titlePrefix}-rolling-`)) void this.take(profile);
    });
    try {
      await this.connection.send('Profiler.enable', undefined);
      await this.connection.send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
      await this.roll();
    } catch (error) {
      this.halt();
      this.listener.onProblem(`the continuous profile cannot be taken: ${String(error)}`);
    }
  }

  /** Ends it, and leaves no profiler running. */
  private async stop(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    this.halt();
    await session.rollProfile('stop').catch(() => {});
    await this.connection.send('Profiler.disable', undefined).catch(() => {});
  }

  get isOn(): boolean {
    return this.session !== undefined;
  }

  /**
   * @param untilUs on the profiler's clock
   * @returns what was sampled in the last minutes up to then, one chunk after the other
   * @throws when the app does not answer
   */
  async chunksUntil(untilUs: number): Promise<readonly Chunk[]> {
    if ((this.chunks.at(-1)?.endTime ?? 0) < untilUs) await this.roll();
    return this.chunks;
  }

  /** The agent has gone or is about to, and ends it: no lines are told any more. */
  halt(): void {
    if (this.session === undefined) return;
    clearTimeout(this.timer);
    this.session = undefined;
    this.chunks = [];
    this.listener.onLines({ windowMs: 0, lines: [] });
  }

  private async roll(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    await session.rollProfile('next');
    if (this.session !== session) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.roll().catch(error => {
        this.halt();
        this.listener.onProblem(`the continuous profile has ended: ${String(error)}`);
      });
    }, CHUNK_MS).unref();
  }

  private async take(profile: unknown): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    try {
      const chunk = decodeChunk(profile);
      this.chunks = [...since(this.chunks, chunk.endTime - KEPT_US), chunk];
      const recent = await recentLines(since(this.chunks, chunk.endTime - RECENT_US), this.resolver);
      if (this.session === session) this.listener.onLines(recent);
    } catch (error) {
      this.listener.onProblem(`a chunk of the continuous profile cannot be used: ${String(error)}`);
    }
  }
}

function since(chunks: readonly Chunk[], sinceUs: number): Chunk[] {
  return chunks.filter(({ endTime }) => endTime > sinceUs);
}
