/** Decides of which request arguments and locals are read, and puts what was read into words for people. */
import type { AgentReport } from '../agent/reports';
import type { CapturedVariables, WatchSettings } from '../protocol/values';
import type { FrameResolver } from '../sources/frames';
import type { Variables } from './standstill';

type Mode = WatchSettings['captureLocals'];

/** A shorter stretch would be over before the app stands still. */
const MIN_BLOCK_MS = 100;
const TRY_EVERY_MS = 1_000;
/** Switching the debugger on costs an app with thousands of scripts so much that it is worth it now and then only. */
const DEAR_MS = 500;
const REST_MS = 60_000;
/** Of requests that were read; older ones have ended. */
const MAX_READ = 1_000;

export class VariableCapture {
  private readonly read = new Set<number>();
  private notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(private mode: Mode) {}

  /** @param mode `next` counts anew each time */
  configure(mode: Mode): void {
    this.mode = mode;
  }

  /**
   * @param report what the agent just said
   * @param nowMs on any clock that does not go back
   * @returns number of the request that is to be read now: a slow one that holds the event loop
   */
  due({ running, requests }: Pick<AgentReport, 'running' | 'requests'>, nowMs: number): number | undefined {
    const requestNumber = running?.requestNumber;
    if (this.mode === 'off' || running === undefined || requestNumber === undefined) return undefined;
    const isSlow = requests.some(request => request.requestNumber === requestNumber && request.end === undefined);
    if (!isSlow || running.ranForMs < MIN_BLOCK_MS || this.read.has(requestNumber)) return undefined;
    if (nowMs < this.notBeforeMs) return undefined;
    this.notBeforeMs = nowMs + TRY_EVERY_MS;
    return requestNumber;
  }

  /** Says how long a try took, whatever came of it. */
  tried(startedMs: number, endedMs: number): void {
    if (endedMs - startedMs > DEAR_MS) this.notBeforeMs = endedMs + REST_MS;
  }

  /** Says that a request was read. */
  done(requestNumber: number): void {
    if (this.mode === 'next') this.mode = 'off';
    this.read.add(requestNumber);
    const [oldest] = this.read;
    if (this.read.size > MAX_READ && oldest !== undefined) this.read.delete(oldest);
  }
}

/** @returns the same with its frames at their original positions, those of packages and of Node.js left out */
export async function capturedVariables(read: Variables, resolver: FrameResolver): Promise<CapturedVariables> {
  const { frames: framesRead, ageMs: atMs, pauseMs, enableMs } = read;
  const resolved = await resolver.resolve(framesRead.map(({ generated }) => generated));
  const frames = framesRead.flatMap(({ variables }, index) => {
    const frame = resolved[index];
    return frame?.origin === 'user' ? [{ frame, ...variables }] : [];
  });
  return { atMs, pauseMs, enableMs, frames };
}
