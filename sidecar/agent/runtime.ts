/** What the agent takes from the app's Node.js: built-ins, got at run time, since the bundle may import nothing. */
import type * as AsyncHooks from 'node:async_hooks';
import type * as Crypto from 'node:crypto';
import type * as DiagnosticsChannel from 'node:diagnostics_channel';
import type * as Fs from 'node:fs';
import type * as Http from 'node:http';
import type * as Inspector from 'node:inspector';
import type * as Module from 'node:module';
import type * as Net from 'node:net';
import type * as PerfHooks from 'node:perf_hooks';
import type * as Stream from 'node:stream';
import type * as Util from 'node:util';

interface Builtins {
  async_hooks: typeof AsyncHooks;
  crypto: typeof Crypto;
  diagnostics_channel: typeof DiagnosticsChannel;
  fs: typeof Fs;
  http: typeof Http;
  inspector: typeof Inspector;
  module: typeof Module;
  net: typeof Net;
  perf_hooks: typeof PerfHooks;
  stream: typeof Stream;
  util: typeof Util;
}

/** `require`, or anything like it, for built-in modules. */
export type Load = <K extends keyof Builtins>(name: K) => Builtins[K];

export interface Clock {
  /** Monotonic milliseconds since the process started, on the profiler's clock. */
  nowMs(): number;
  /** Milliseconds the event loop has spent idle, waiting in its poll phase, since the process started. */
  idleMs(): number;
  /** Milliseconds since 1970 of a `nowMs` value. */
  epochMs(nowMs: number): number;
}

/**
 * @param load the app's `require`
 * @returns clocks that cost about 40 ns (now) and 20 ns (idle) a reading, measured on Node 18 to 26
 */
export function clockOf(load: Load): Clock {
  const { performance } = load('perf_hooks');
  // Not `timeOrigin`: in a process that has run for weeks it has drifted from the wall clock.
  const startOfClockMs = Date.now() - performance.now();
  return {
    nowMs: () => performance.now(),
    idleMs: () => performance.nodeTiming.idleTime,
    epochMs: nowMs => startOfClockMs + nowMs,
  };
}

/** @returns what V8's profiler shows in microseconds when the loop's clock shows 0 */
export function profilerOffsetUs({ nowMs }: Clock): number {
  return Number(process.hrtime.bigint() / 1000n) - nowMs() * 1000;
}

/** Major version from which AsyncLocalStorage rests on context frames, not on async_hooks. */
export const CONTEXT_FRAMES_SINCE = 24;

/** Node's major version. */
export function nodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}

/**
 * Reads a property of an object of the app without running any of the app's code: no getter, no proxy trap.
 *
 * @returns the value of an own data property, else undefined
 */
export function ownValue(util: typeof Util, object: unknown, key: string | symbol): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return undefined;
  if (util.types.isProxy(object)) return undefined;
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && 'value' in descriptor ? descriptor.value : undefined;
}
