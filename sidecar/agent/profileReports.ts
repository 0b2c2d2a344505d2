/** What the agent says of one profiled request. Times are microseconds since the request's start. Types only. */
import type { RawFrame, RequestEnd } from './reports';

/** What made the agent profile a request. */
export type ProfileTrigger = 'url' | 'header' | 'next';

/** A function that was seen running, with its caller. */
export interface SampledNode {
  functionName: string;
  file: string;
  /** Where the function begins, 1-based; 0 when V8 does not say. */
  line: number;
  column: number;
  /** Index of the caller; -1 for an outermost function. */
  parent: number;
  /** Samples of this node in the whole profile, other requests' among them, by line: line, samples, line, samples … */
  lineTicks: number[];
}

/** An operation that a gap between two runs waited for. */
export interface ProfiledWait {
  kind: string;
  label: string;
  /** Index in `stacks`; -1 when it could not be read. */
  stack: number;
  startUs: number;
  /** When it was to end, where that is known. */
  dueUs?: number;
}

/** Other work that held the event loop meanwhile. */
export interface OtherRun {
  startUs: number;
  endUs: number;
  /** Index in `otherNames`; -1 for work of no request. */
  name: number;
}

export interface RawProfile {
  id: string;
  /** `continuous`: it was cut out of the continuous profile. */
  trigger: ProfileTrigger | 'continuous';
  requestNumber: number;
  method: string;
  url: string;
  route: string;
  /** Milliseconds since 1970. */
  startedAtMs: number;
  durationUs: number;
  end: RequestEnd | { kind: 'cut'; reason: string };
  /** When its first byte was read, and when the profiler was ready: between the two it was being started. */
  readUs: number;
  readyUs: number;
  samplingIntervalUs: number;
  nodes: SampledNode[];
  /** Taken while the request ran: index of a node, time, index, time … in order of time. */
  samples: number[];
  /** When its async context ran: start, end, start, end … */
  runs: number[];
  /** For each gap after a run: index in `waits` of what ended it; -1 when that is not known. */
  gapWaits: number[];
  waits: ProfiledWait[];
  /** Innermost first. */
  stacks: RawFrame[][];
  others: OtherRun[];
  /** `GET /report (request 17)` */
  otherNames: string[];
  /** Samples or runs that found no room. */
  leftOut: number;
}

/** What is known of a request without its having been profiled: enough to find it in the continuous profile. */
export interface RawTrail
  extends Pick<
    RawProfile,
    'requestNumber' | 'method' | 'url' | 'route' | 'startedAtMs' | 'durationUs' | 'end' | 'readUs'
  > {
  /** Its start on the profiler's clock. */
  startUs: number;
  /**
   * It was seen to run at times, which are told as stretches of four: since when nobody else was seen to run, the first
   * and the last time in the stretch, and until when nobody else was.
   */
  stretches: number[];
  /** For each stretch: index in `waits` of what the gap behind it waited for; -1 when that is not known. */
  gapWaits: number[];
  waits: ProfiledWait[];
  stacks: RawFrame[][];
  /** Long ones only. */
  others: OtherRun[];
  otherNames: string[];
}
