/** The operations one request has started, newest last; those that have ended are dropped when room is needed. */
import type { StackHolder } from './stacks';

/** Room for the operations of one request that are pending at the same time. */
const CAPACITY = 32;

export type WaitKind = 'timer' | 'socket' | 'http' | 'dns' | 'file system' | 'child process' | 'crypto';

/** How to look at one kind of operation. Whether it has ended is read off its own objects, and only when asked. */
export interface WaitProbe {
  readonly kind: WaitKind;
  isPending(wait: Wait): boolean;
  /** What is waited for, in words. */
  describe(wait: Wait): string;
  /** True for an operation that is hardly what the request waits for. */
  isUnlikely?(wait: Wait): boolean;
  /** When it will end on the loop's clock, where that is known. */
  dueMs?(wait: Wait): number | undefined;
}

export interface Wait {
  /** Async id, or a number of our own below 0. */
  readonly id: number;
  readonly probe: WaitProbe;
  /** The operation's own object: a Timeout, a socket, a ClientRequest … */
  readonly subject: object;
  readonly startedMs: number;
  /** Absent when the stack budget was used up. */
  readonly stack: StackHolder | undefined;
  /** Bytes the socket had received when this wait began. */
  readonly bytesRead: number;
}

/** Which of several pending operations the request most likely awaits: a timer beside I/O is usually its time-out. */
const RANK: Record<WaitKind, number> = {
  http: 0,
  'child process': 1,
  'file system': 1,
  dns: 1,
  crypto: 1,
  socket: 2,
  timer: 3,
};
const UNLIKELY = 4;

export class WaitList {
  private waits: Wait[] = [];
  /** Operations that found no room. */
  leftOut = 0;
  /** The newest one, ended or not. */
  last: Wait | undefined;

  add(wait: Wait): void {
    this.last = wait;
    if (this.waits.length >= CAPACITY) this.waits = this.waits.filter(isPending);
    if (this.waits.length < CAPACITY) this.waits.push(wait);
    else this.leftOut += 1;
  }

  /** @returns the newest wait on this object */
  latestOf(subject: object): Wait | undefined {
    for (let index = this.waits.length - 1; index >= 0; index -= 1) {
      if (this.waits[index]?.subject === subject) return this.waits[index];
    }
    return undefined;
  }

  /** Puts a wait in the place of an older one on the same object. */
  replace(older: Wait, newer: Wait): void {
    this.last = newer;
    this.waits[this.waits.indexOf(older)] = newer;
  }

  /** @returns what is pending, the likeliest reason to wait first; among equals the oldest */
  pending(): Wait[] {
    return byLikelihood(this.waits.filter(isPending));
  }
}

/** @returns the likeliest reason to wait first; among equals the oldest, unless told otherwise */
export function byLikelihood(waits: readonly Wait[], first: 'oldest' | 'newest' = 'oldest'): Wait[] {
  const sign = first === 'oldest' ? 1 : -1;
  return [...waits].sort((a, b) => rank(a) - rank(b) || sign * (a.startedMs - b.startedMs));
}

function rank(wait: Wait): number {
  return wait.probe.isUnlikely?.(wait) ? UNLIKELY : RANK[wait.probe.kind];
}

/** An operation whose objects cannot be read counts as ended. */
export function isPending(wait: Wait): boolean {
  try {
    return wait.probe.isPending(wait);
  } catch {
    return false;
  }
}
