/** Stops JavaScript by the watchdogs of `node:vm`: a thread each, which asks V8 to terminate what runs. */
import { Script } from 'node:vm';
import { runInOwnScope } from './asyncScope';
import { asyncState, restoreAsyncState } from './asyncState';
import { terminateExecution } from './inProcessInspector';
import { findNodeInternals, type NodeInternals } from './nodeInternals';
import type { Frame, Outcome, Sandbox } from './sandbox';
import { slot } from './slot';

/** A watchdog's thread that has not had a core for so long after its time is taken to have fired. */
const WATCHDOG_LATE_MS = 100;

/** A `vm` time-out is only for scripts: this one calls the closure, from a function of which there is one per call. */
const TRAMPOLINE = `(slot => { (slot.frame = function () { slot.pending(); })(); })(${slot.expression})`;

export class VmSandbox implements Sandbox {
  private readonly trampoline = new Script(TRAMPOLINE, { filename: 'introspector:timebox' });
  private internals: NodeInternals | undefined;
  private isPrepared = false;

  prepare(): void {
    if (this.isPrepared) return;
    this.internals = findNodeInternals();
    this.isPrepared = true;
  }

  watched<T>(timeoutMs: number, body: (frame: Frame) => T): Outcome<T> {
    if (this.internals === undefined) {
      let outcome: Outcome<T> = { kind: 'interrupted' };
      runInOwnScope(() => {
        outcome = this.runTrampoline(timeoutMs, body);
        return outcome.kind === 'interrupted';
      });
      return outcome;
    }
    const state = asyncState(this.internals);
    const outcome = this.runTrampoline(timeoutMs, body);
    if (outcome.kind === 'interrupted') restoreAsyncState(state, this.internals);
    return outcome;
  }

  plain<T>(body: () => T): Outcome<T> {
    try {
      return { kind: 'returned', value: body() };
    } catch (error) {
      return { kind: 'threw', error };
    }
  }

  interruptAgain(overdueMs: number): void {
    // Terminating before its watchdog has fired would go past it, to the end of the whole callback. The wait is cut
    // short when it fires now.
    const lateMs = WATCHDOG_LATE_MS - overdueMs;
    if (lateMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lateMs);
    terminateExecution();
  }

  private runTrampoline<T>(timeoutMs: number, body: (frame: Frame) => T): Outcome<T> {
    let outcome: Outcome<T> | undefined;
    slot.pending = () => {
      const { frame } = slot;
      slot.pending = undefined;
      // A function that is not strict has `arguments` exactly as long as a call of it is on the stack.
      outcome = this.plain(() => body({ isRunning: () => frame?.arguments !== null }));
    };
    try {
      // Watchdogs count from a time in whole milliseconds: without the one more, some would be early.
      this.trampoline.runInThisContext({ timeout: Math.ceil(timeoutMs) + 1, displayErrors: false });
      return outcome ?? { kind: 'interrupted' };
    } catch (error) {
      // Nothing but the watchdog, or a stack too full to get as far as the closure, throws here.
      return isTimeout(error) ? { kind: 'interrupted' } : { kind: 'threw', error };
    }
  }
}

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
