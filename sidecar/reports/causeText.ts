/** What a slow request says about its guilty line, in the few words a line has room for. */
import type { SlowRequest } from '../protocol/values';
import { shortDuration } from './durations';

/** From here on a stretch of computing is one that others notice: Clinic's and Sentry's warning level. */
const BLOCKING_MS = 100;

/** @returns the part of the request's time that its cause took, in milliseconds */
export function causeMs({ cause, time }: SlowRequest): number {
  return { computing: time.computingMs, waiting: time.waitingMs, heldUp: time.heldUpMs }[cause];
}

/** @returns `blocking`, `computing`, `waiting` or `held up` */
export function causeWord({ cause, longestBlockMs }: Pick<SlowRequest, 'cause' | 'longestBlockMs'>): string {
  if (cause === 'heldUp') return 'held up';
  if (cause === 'waiting') return 'waiting';
  return longestBlockMs >= BLOCKING_MS ? 'blocking' : 'computing';
}

/**
 * @returns what is waited for (`timer`, `http` …), or what the guilty line calls: `regexp`, a built-in such as
 *   `JSON.stringify`, a function of Node.js such as `execFileSync`, a package; undefined when it computes by itself
 */
export function causeDetail({ cause, wait, frames, guiltyFrame = 0 }: SlowRequest): string | undefined {
  if (cause === 'waiting') return wait?.kind;
  const callee = frames[guiltyFrame - 1];
  if (cause !== 'computing' || callee === undefined) return undefined;
  if (callee.origin === 'package') return callee.packageName;
  return callee.functionName.startsWith('RegExp.') ? 'regexp' : callee.functionName || undefined;
}

/** @returns `14 requests waited`; undefined for none */
export function victimsText(victims: number): string | undefined {
  if (victims === 0) return undefined;
  return victims === 1 ? '1 request waited' : `${victims} requests waited`;
}

/** @returns `2.3 s blocking · regexp · GET /report · 14 requests waited` */
export function causeText(slowRequest: SlowRequest, durationMs: number, routes: readonly string[]): string {
  const [route = '', ...others] = routes;
  const where = others.length === 0 ? route : `${route} and ${others.length} more`;
  return [
    `${shortDuration(durationMs)} ${causeWord(slowRequest)}`,
    causeDetail(slowRequest),
    where,
    victimsText(slowRequest.victims),
  ]
    .filter(Boolean)
    .join(' · ');
}
