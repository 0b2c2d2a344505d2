/**
 * Tells a breakpoint from a blocked loop without `Debugger.enable`, which would cost the app 25 to 330 ms: at a
 * breakpoint JavaScript stands on the stack and the main thread uses no CPU time.
 */
import type { LoopState } from '../agent/reports';

/** Long enough that a busy machine has given the app some time on its CPUs. */
const MIN_STANDING_MS = 300;
/** The drains themselves take about 0.7 ms in 100. */
const MAX_CPU_SHARE = 0.03;
const PROMPT_MS = 100;

export class PauseDetector {
  private standingMs = 0;
  private cpuMs = 0;

  /**
   * @param running what the loop did when the app was asked; undefined when it was idle
   * @param elapsedMs time since it was asked before
   * @param lateMs how long it took to answer: at a breakpoint an app answers at once, in a native call it does not
   * @returns true while the app most likely stands at a breakpoint of somebody's debugger
   */
  isPaused(running: LoopState | undefined, elapsedMs: number, lateMs: number): boolean {
    if (running === undefined || lateMs > PROMPT_MS || sleeps(running)) {
      this.standingMs = 0;
      this.cpuMs = 0;
      return false;
    }
    this.standingMs += elapsedMs;
    this.cpuMs += running.cpuMs;
    if (this.cpuMs > Math.max(this.standingMs, MIN_STANDING_MS) * MAX_CPU_SHARE) {
      this.standingMs = 0;
      this.cpuMs = 0;
    }
    return this.standingMs >= MIN_STANDING_MS;
  }
}

/** `Atomics.wait` is the one call that stops a thread and still lets it answer. */
function sleeps({ innermost }: LoopState): boolean {
  return /(?:^|\.)wait$/.test(innermost);
}
