/** The beat of watching: one drain after the other, faster when a request turns suspicious, patient when none answers. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentReport, Instructions } from '../agent/reports';
import type { AgentSession } from './agentSession';

/** A drain costs the app 0.15 to 0.5 ms of CPU time, measured on Node 18 to 26: half a per cent of a core at most. */
const CALM_MS = 100;
/** While an old request is in flight and the loop computes, looks are what tells whose time it is. */
const ALERT_MS = 25;
/** When many requests turn slow at once, an answer has no room for all; each is worth little CPU time. */
const CROWDED_MS = 10;
const ALERT_AGE_MS = 250;
const ALERT_BUSY_SHARE = 0.2;
/** JavaScript that stands still, most likely at a breakpoint, needs few looks; many would look as if it ran. */
const STILL_CPU_SHARE = 0.25;
/** An app that is not in a native call answers within 10 ms, even from inside a blocked loop. */
const SILENT_AFTER_MS = 250;
/** When a native call ends, all calls that have waited for it are answered at once. */
const AT_ONCE_MS = 100;

export interface DrainListener {
  instructions(): Instructions;
  /**
   * @param lateMs how long the app took to answer
   * @param wasOvertaken see onSilence
   */
  onReport(report: AgentReport, lateMs: number, wasOvertaken: boolean): void;
  /** Called after each report, for what must not meet a drain. The next drain waits for it. */
  betweenDrains(): Promise<void>;
  /**
   * Called again and again while a drain is not answered.
   *
   * @param isOvertaken calls made after it are: a debugger has stopped the app in the middle of the drain
   */
  onSilence(sinceMs: number, isOvertaken: boolean): Promise<void>;
  /** The connection is gone, or the agent cannot be used any more. The loop has ended. */
  onLost(error: unknown): void;
}

export class DrainLoop {
  private stopped = false;
  private isOvertaken = false;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly session: AgentSession,
    private readonly listener: DrainListener,
  ) {}

  start(): void {
    this.ended = this.run();
  }

  /** Ends after the drain under way, or at once when that one is not answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.race([this.ended, delay(SILENT_AFTER_MS)]);
  }

  private async run(): Promise<void> {
    let beforeMs = performance.now();
    try {
      while (!this.stopped) {
        const sentMs = performance.now();
        const report = await this.answered(this.session.drain(this.listener.instructions()), sentMs);
        if (this.stopped) return;
        const lateMs = performance.now() - sentMs;
        this.listener.onReport(report, lateMs, this.isOvertaken);
        await this.listener.betweenDrains();
        await delay(Math.max(0, pauseAfter(report, sentMs - beforeMs) - lateMs));
        beforeMs = sentMs;
      }
    } catch (error) {
      if (!this.stopped) this.listener.onLost(error);
    }
  }

  private async answered(answer: Promise<AgentReport>, sentMs: number): Promise<AgentReport> {
    // Rejections are seen by the race below or by nobody: both are right.
    answer.catch(() => {});
    this.isOvertaken = false;
    let echo: Promise<boolean> | undefined;
    for (;;) {
      const silence = new AbortController();
      const silent = delay(SILENT_AFTER_MS, 'silent' as const, { signal: silence.signal }).catch(
        () => 'silent' as const,
      );
      const result = await Promise.race([answer, silent]);
      silence.abort();
      if (result !== 'silent') return result;
      if (this.stopped) return await answer;
      echo ??= this.session.echo().then(
        () => delay(AT_ONCE_MS, true),
        () => false,
      );
      const echoed = await Promise.race([echo, answer.then(() => undefined), delay(2 * AT_ONCE_MS, false)]);
      if (echoed === undefined) continue;
      this.isOvertaken = echoed;
      await this.listener.onSilence(performance.now() - sentMs, echoed);
    }
  }
}

/** @param elapsedMs time between this drain and the one before */
function pauseAfter({ oldestMs, busyShare, running, leftOut }: AgentReport, elapsedMs: number): number {
  const { budgetMs = 0, ranForMs = 0 } = running ?? {};
  return budgetMs > ranForMs ? Math.min(beat(), budgetMs - ranForMs) : beat();

  function beat(): number {
    if (leftOut > 0) return CROWDED_MS;
    if (running !== undefined && running.cpuMs < elapsedMs * STILL_CPU_SHARE) return CALM_MS;
    return oldestMs > ALERT_AGE_MS && busyShare > ALERT_BUSY_SHARE ? ALERT_MS : CALM_MS;
  }
}
