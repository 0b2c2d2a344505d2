/** What the library `introspector/timebox` says of one box, read without trust: anybody in the app may send the like. */
import type * as Util from 'node:util';
import type { FiredBox, RawFrame } from './reports';
import { ownValue } from './runtime';
import { isForeign, spelledOut } from './stacks';

const FIELDS = ['kind', 'isAsync', 'budgetMs', 'elapsedMs', 'overrunMs', 'at'] as const;

/** One box that fired or was near to it. */
export interface BoxEvent extends Omit<FiredBox, 'frames'> {
  readonly kind: 'fired' | 'nearMiss';
  /** Begins in the code that called the box. Spelled out when it is asked for the first time. */
  frames(): RawFrame[];
}

/** The boxes that fired in one request. */
export interface RequestBoxes {
  /** Oldest first. */
  readonly fired: BoxEvent[];
  leftOut: number;
}

/** @returns undefined for what is no message of the library's */
export function boxEventOf(util: typeof Util, message: unknown): BoxEvent | undefined {
  const [kind, isAsync, budgetMs, elapsedMs, overrunMs, at] = FIELDS.map(name => ownValue(util, message, name));
  if (kind !== 'fired' && kind !== 'nearMiss') return undefined;
  if (!isDuration(budgetMs) || !isDuration(elapsedMs) || !isDuration(overrunMs)) return undefined;
  const isReadable = typeof at === 'object' && at !== null && !util.types.isProxy(at);
  return { kind, isAsync: isAsync === true, budgetMs, elapsedMs, overrunMs, frames: lazily(isReadable ? at : {}) };
}

/** @returns what the sidecar is told of it */
export function firedBox({ isAsync, budgetMs, elapsedMs, overrunMs, frames }: BoxEvent): FiredBox {
  return { isAsync, budgetMs, elapsedMs, overrunMs, frames: frames() };
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** The stack holds on to functions of the app until it is spelled out. */
function lazily(at: object): () => RawFrame[] {
  let unread: object | undefined = at;
  let frames: RawFrame[] = [];
  return () => {
    if (unread === undefined) return frames;
    const all = spelledOut(unread);
    unread = undefined;
    const callerAt = all.findIndex(({ file }) => !isForeign(file));
    frames = callerAt < 0 ? all : all.slice(callerAt);
    return frames;
  };
}
