/**
 * Follows whose JavaScript runs on the event loop, from one callback to the next, while a request is being profiled.
 * Not at other times: hooks around every callback and promise cost half as much again as a whole micro request.
 */
import type { AsyncHook, AsyncLocalStorage } from 'node:async_hooks';
import type { RequestRecord } from './requests';
import type { Load } from './runtime';

/** `other` is JavaScript of no request. */
export type Runner = RequestRecord | 'other';
type Holder = Runner | 'idle';

export interface RunListener {
  /** A request goes on. */
  resumes(record: RequestRecord, nowMs: number): void;
  /** An async operation has ended whose callback belongs to this request. */
  settled(record: RequestRecord, asyncId: number): void;
  /** Somebody has run until now. */
  ran(runner: Runner, startedMs: number, endedMs: number): void;
}

export class ContextRuns {
  private readonly hook: AsyncHook;
  /** Who is interrupted by who runs now: callbacks may run inside others. */
  private interrupted: Holder[] = [];
  private current: Holder = 'idle';
  private sinceMs = 0;
  private isOn = false;

  constructor(
    load: Load,
    private readonly context: AsyncLocalStorage<RequestRecord>,
    private readonly nowMs: () => number,
    private readonly listener: RunListener,
  ) {
    this.hook = load('async_hooks').createHook({
      before: asyncId => this.before(asyncId),
      after: () => this.leave(),
    });
  }

  /** To be called within the JavaScript of a request. */
  enable(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.interrupted = [];
    this.current = 'idle';
    this.hook.enable();
  }

  disable(): void {
    if (!this.isOn) return;
    this.isOn = false;
    this.hook.disable();
  }

  /** From now on, what runs now belongs to this request. */
  belongsTo(record: RequestRecord): void {
    if (this.isOn) this.switchTo(record);
  }

  /** A part of what runs now belongs to this request, until `leave`. */
  enter(record: RequestRecord): void {
    if (!this.isOn) return;
    this.interrupted.push(this.current);
    this.switchTo(record);
  }

  leave(): void {
    if (this.isOn) this.switchTo(this.interrupted.pop() ?? 'idle');
  }

  /** Tells of the stretch that is running now, as far as it has come. */
  flush(): void {
    const holder = this.current;
    if (!this.isOn || holder === 'idle') return;
    const nowMs = this.nowMs();
    this.listener.ran(holder, this.sinceMs, nowMs);
    this.sinceMs = nowMs;
  }

  private before(asyncId: number): void {
    this.interrupted.push(this.current);
    try {
      const record = this.context.getStore();
      if (record?.profile !== undefined) this.listener.settled(record, asyncId);
      this.switchTo(record ?? 'other');
    } catch {
      // The app must not notice.
    }
  }

  /** Never throws: Node.js ends a process whose async hooks do. */
  private switchTo(holder: Holder): void {
    const { current, sinceMs } = this;
    if (holder === current) return;
    const nowMs = this.nowMs();
    this.current = holder;
    this.sinceMs = nowMs;
    try {
      if (current !== 'idle') this.listener.ran(current, sinceMs, nowMs);
      if (typeof holder === 'object') this.listener.resumes(holder, nowMs);
    } catch {
      // The app must not notice.
    }
  }
}
