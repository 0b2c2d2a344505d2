/** Running code that can be stopped: what boxes need of the machine, so that tests can run them in virtual time. */

export type Outcome<T> =
  | { kind: 'returned'; value: T }
  | { kind: 'threw'; error: unknown }
  /** Its frames are gone: no `catch` and no `finally` of theirs has run. */
  | { kind: 'interrupted' };

/** The place of watched code on the stack. */
export interface Frame {
  /** Whether it is still there; somebody else's time-out may have taken it away. */
  isRunning(): boolean;
}

export interface Sandbox {
  /** Does what takes time once, before the clock of a box runs. */
  prepare(): void;
  /**
   * Runs code and stops it after a while, wherever it is then.
   * @param timeoutMs more than 0
   */
  watched<T>(timeoutMs: number, body: (frame: Frame) => T): Outcome<T>;
  /** Runs code as it is: it is stopped only together with the watched code around it. */
  plain<T>(body: () => T): Outcome<T>;
  /**
   * Stops the nearest watched code around this whose time is up but which goes on, because the time of code within it
   * was up at the same moment and only one of the two could be stopped. May return without success.
   * @param overdueMs how long its time has been up
   */
  interruptAgain(overdueMs: number): void;
}

export interface Clock {
  nowMs(): number;
  /** @returns ends it */
  startTimer(durationMs: number, onExpired: () => void): () => void;
}
