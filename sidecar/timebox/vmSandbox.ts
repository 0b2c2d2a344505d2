/** Stops JavaScript by the watchdogs of `node:vm`: a thread each, which asks V8 to terminate what runs. */
import { AsyncResource, executionAsyncId } from 'node:async_hooks';
import { Script } from 'node:vm';
import { closeScopesWithin } from './asyncIds';
import { terminateExecution } from './inProcessInspector';
import type { Outcome, Sandbox } from './sandbox';
import { slot } from './slot';

/** A watchdog's thread that has not had a core for so long after its time is taken to have fired. */
const WATCHDOG_LATE_MS = 100;

export class VmSandbox implements Sandbox {
  /** Calls the closure: a `vm` time-out is only for scripts. */
  private readonly trampoline = new Script(`${slot.expression}.pending()`, { filename: 'introspector:timebox' });
  private innermostAsyncId = 0;

  watched<T>(timeoutMs: number, body: () => T): Outcome<T> {
    // A scope of its own: when the code within is terminated and with it the `finally` of `AsyncLocalStorage#run`, what
    // that has left (on this resource before Node.js 24, in the frame from then on) goes with the scope.
    const scope = new AsyncResource('TIMEBOX');
    const outerAsyncId = this.innermostAsyncId;
    this.innermostAsyncId = scope.asyncId();
    const outcome = scope.runInAsyncScope(() => this.runTrampoline(timeoutMs, body));
    this.innermostAsyncId = outerAsyncId;
    return outcome;
  }

  plain<T>(body: () => T): Outcome<T> {
    try {
      return { kind: 'returned', value: body() };
    } catch (error) {
      return { kind: 'threw', error };
    }
  }

  isWithinInnermost(): boolean {
    return executionAsyncId() === this.innermostAsyncId;
  }

  interruptAgain(overdueMs: number): void {
    // Terminating before its watchdog has fired would go past it, to the end of the whole callback. The wait is cut
    // short when it fires now.
    const lateMs = WATCHDOG_LATE_MS - overdueMs;
    if (lateMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lateMs);
    terminateExecution();
  }

  private runTrampoline<T>(timeoutMs: number, body: () => T): Outcome<T> {
    const asyncId = executionAsyncId();
    let outcome: Outcome<T> | undefined;
    slot.pending = () => {
      slot.pending = undefined;
      outcome = this.plain(body);
    };
    try {
      // Watchdogs count from a time in whole milliseconds: without the one more, some would be early.
      this.trampoline.runInThisContext({ timeout: Math.ceil(timeoutMs) + 1, displayErrors: false });
      return outcome ?? { kind: 'interrupted' };
    } catch (error) {
      // Nothing but the watchdog, or a stack too full to get as far as the closure, throws here.
      if (!isTimeout(error)) return { kind: 'threw', error };
      closeScopesWithin(asyncId);
      return { kind: 'interrupted' };
    }
  }
}

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
