/** Runs code in virtual time: computing takes none, and is stopped as V8 stops it. */
import type { Clock, Frame, Outcome, Sandbox } from '../../../sidecar/timebox/sandbox';

/** Goes through everything, as a termination does; nothing of the library may catch it. */
class Termination extends Error {}

interface Watch {
  dueMs: number;
  isRunning: boolean;
}

export class VirtualMachine implements Sandbox, Clock {
  private atMs = 0;
  private readonly watches: Watch[] = [];

  prepare(): void {}

  readonly nowMs = (): number => this.atMs;

  /** Lets time go by as a loop does: what watches it stops it at its time. */
  compute(durationMs: number): void {
    const endMs = this.atMs + durationMs;
    const dueMs = Math.min(...this.watches.map(watch => watch.dueMs));
    this.atMs = Math.min(endMs, Math.max(this.atMs, dueMs));
    if (dueMs <= this.atMs) throw new Termination();
  }

  startTimer(): never {
    throw new Error('nothing waits in virtual time');
  }

  watched<T>(timeoutMs: number, body: (frame: Frame) => T): Outcome<T> {
    const watch = { dueMs: this.atMs + timeoutMs, isRunning: true };
    this.watches.push(watch);
    try {
      return { kind: 'returned', value: body({ isRunning: () => watch.isRunning }) };
    } catch (error) {
      if (!(error instanceof Termination)) return { kind: 'threw', error };
      // As in Node.js, the innermost whose time is up takes it for its own.
      if (watch.dueMs > this.atMs) throw error;
      return { kind: 'interrupted' };
    } finally {
      watch.isRunning = false;
      this.watches.pop();
    }
  }

  plain<T>(body: () => T): Outcome<T> {
    try {
      return { kind: 'returned', value: body() };
    } catch (error) {
      if (error instanceof Termination) throw error;
      return { kind: 'threw', error };
    }
  }

  interruptAgain(): void {
    throw new Termination();
  }
}

/** @returns whether code of a test may catch this */
export function isCatchable(error: unknown): boolean {
  return !(error instanceof Termination);
}
