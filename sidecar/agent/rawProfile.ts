/** What is sent of a profile besides samples: what was waited for, and what others did meanwhile. */
import type { NamedWait } from './namedWait';
import type { OtherRun, ProfiledWait, RawProfile } from './profileReports';
import type { RawFrame } from './reports';
import type { RequestRecord } from './requests';
import { templated } from './routes';
import { materialise } from './stacks';

/** Different ones; with more an answer would be too large, and the rest is told without. */
const MAX_STACKS = 5_000;

/** Converts a time on the loop's clock, in milliseconds, to microseconds since the request's start. */
type ToUs = (ms: number) => number;

/** @returns the waits that gaps were named after, and each stack once */
export function profiledWaits(waits: readonly NamedWait[], toUs: ToUs): Pick<RawProfile, 'waits' | 'stacks'> {
  const indices = new Map<string, number>();
  const stacks: RawFrame[][] = [];
  const told = waits.map(({ wait, label, dueMs }: NamedWait): ProfiledWait => {
    const frames = stacks.length < MAX_STACKS && wait.stack !== undefined ? materialise(wait.stack) : [];
    const key = frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join();
    if (frames.length > 0 && !indices.has(key)) indices.set(key, stacks.push(frames) - 1);
    const profiled = { kind: wait.probe.kind, label, stack: indices.get(key) ?? -1, startUs: toUs(wait.startedMs) };
    return dueMs === undefined ? profiled : { ...profiled, dueUs: toUs(dueMs) };
  });
  return { waits: told, stacks };
}

/** A stretch of somebody else's JavaScript, on the loop's clock. */
export interface OtherStretch {
  startedMs: number;
  endedMs: number;
  /** Undefined for work of no request. */
  by: { requestNumber: number; name: string } | undefined;
}

/** @returns `GET /report (request 17)` */
export function identityOf({ method, route, url, number: requestNumber }: RequestRecord) {
  return { requestNumber, name: `${method} ${route ?? templated(url)} (request ${requestNumber})` };
}

/** @returns the stretches of others than this request between two times, and the names they have */
export function othersBetween(
  stretches: readonly OtherStretch[],
  { requestNumber, startMs, endMs }: { requestNumber: number; startMs: number; endMs: number },
  toUs: ToUs,
): { others: OtherRun[]; otherNames: string[] } {
  const names = new Map<string, number>();
  const others: OtherRun[] = [];
  for (const { startedMs, endedMs, by } of stretches) {
    if (endedMs <= startMs || startedMs >= endMs || by?.requestNumber === requestNumber) continue;
    if (by !== undefined && !names.has(by.name)) names.set(by.name, names.size);
    const name = by === undefined ? -1 : (names.get(by.name) ?? -1);
    others.push({ startUs: toUs(startedMs), endUs: toUs(endedMs), name });
  }
  return { others, otherNames: [...names.keys()] };
}
