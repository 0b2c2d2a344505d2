/** Waits until an app that has ended is started again, and hands it over to be watched on. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, IntrospectorError } from '../protocol/errors';
import type { Newcomers, NodeProcess, ProcessTable } from '../targets/processTable';
import { earliestStart, newestSuccessor, type Predecessor } from './successor';

const POLL_MS = 250;
/** After so long, nobody sits and waits for it. */
const PATIENT_AFTER_MS = 120_000;
const SLOW_POLL_MS = 2_000;
/** Of the time, at the most, that looking at the process table may take: it costs little on Linux, more elsewhere. */
const MAX_LOOKING_SHARE = 0.1;
/** What keeps a starting process from being watched mostly passes; what stays for so long is worth telling. */
const TELL_AFTER_MS = 3_000;

/** The process has ended again: there will be another one. */
const ENDED_AGAIN: ReadonlySet<ErrorCode> = new Set(['noSuchProcess', 'targetExited']);
/** Another try would end the same way, and could disturb the app: it may take each signal as a wish of its own. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['inspectorNotOpened', 'otherNetwork', 'agentFailed']);

export interface RestartListener {
  /** @returns false for a process that is watched, or being attached to */
  isFree(pid: number): boolean;
  /** Watches the process. @throws IntrospectorError when that cannot be done now */
  take(process: NodeProcess): Promise<void>;
  /** Called once for each reason that has kept a new process from being watched for a while. */
  onObstacle(process: NodeProcess, error: IntrospectorError): void;
}

export class RestartWait {
  private readonly ended = new AbortController();
  private readonly newcomers: Newcomers;
  private readonly sinceMs = performance.now();
  private readonly told = new Set<ErrorCode>();
  /** Newest candidate. */
  private candidate: { pid: number; seenMs: number; tries: number; isHopeless: boolean } | undefined;

  constructor(
    private readonly before: Predecessor,
    private readonly table: ProcessTable,
    private readonly listener: RestartListener,
  ) {
    this.newcomers = { sinceMs: earliestStart(before, Date.now()), older: new Set() };
  }

  get isOver(): boolean {
    return this.ended.signal.aborted;
  }

  /** Never keeps this process alive. */
  start(): void {
    void this.run();
  }

  /** Nothing is taken any more, except what is being taken at the moment. */
  stop(): void {
    this.ended.abort();
  }

  /** @returns whether the process is the awaited one */
  async awaits(process: NodeProcess): Promise<boolean> {
    return (await newestSuccessor(this.before, this.newcomers.sinceMs, [process])) !== undefined;
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const startedMs = performance.now();
      const found = await this.look();
      const lookedForMs = performance.now() - startedMs;
      if (found !== undefined && !this.isOver && (await this.isTaken(found))) return;
      const signal = this.ended.signal;
      await delay(this.pauseMs(lookedForMs), undefined, { ref: false, signal }).catch(() => {});
    }
  }

  /** @returns a process to take: seen twice, so that one that is only starting, or starts another one, is left alone */
  private async look(): Promise<NodeProcess | undefined> {
    const processes = await this.table.list(this.newcomers).catch(() => []);
    const found = await newestSuccessor(this.before, this.newcomers.sinceMs, processes);
    if (found === undefined || found.pid !== this.candidate?.pid) {
      this.candidate = found && { pid: found.pid, seenMs: performance.now(), tries: 0, isHopeless: false };
      return undefined;
    }
    return this.candidate.isHopeless || !this.listener.isFree(found.pid) ? undefined : found;
  }

  private async isTaken(process: NodeProcess): Promise<boolean> {
    try {
      await this.listener.take(process);
      return true;
    } catch (error) {
      this.onFailure(process, error);
      return false;
    }
  }

  private onFailure(process: NodeProcess, error: unknown): void {
    if (!(error instanceof IntrospectorError) || this.candidate === undefined) return;
    this.candidate.tries += 1;
    this.candidate.isHopeless = HOPELESS.has(error.code);
    if (ENDED_AGAIN.has(error.code) || this.isOver) return;
    const isLasting = this.candidate.isHopeless || performance.now() - this.candidate.seenMs >= TELL_AFTER_MS;
    if (!isLasting || this.told.has(error.code)) return;
    this.told.add(error.code);
    this.listener.onObstacle(process, error);
  }

  private pauseMs(lookedForMs: number): number {
    const isPatient = performance.now() - this.sinceMs > PATIENT_AFTER_MS;
    const afterTriesMs = POLL_MS * 2 ** Math.min(this.candidate?.tries ?? 0, 3);
    const pauseMs = isPatient && this.candidate === undefined ? SLOW_POLL_MS : afterTriesMs;
    return Math.max(pauseMs, lookedForMs / MAX_LOOKING_SHARE);
  }
}
