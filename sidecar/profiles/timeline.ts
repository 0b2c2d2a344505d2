/**
 * Cuts a request's wall time into pieces: its own computing, sample by sample, and what lay in between. The pieces
 * follow each other without a gap, so their lengths add up to the request's duration.
 */
import type { OtherRun, RawProfile } from '../agent/profileReports';
import { clamp, firstThat } from './bisection';

/** What one piece of the time was. */
type PieceKind =
  /**
   * The request ran; `sample` is the index of a node, or -1 when no sample tells what ran. `below` is the node whose
   * garbage was collected: V8 samples the collector without a stack.
   */
  | { kind: 'computing'; sample: number; below?: number }
  /** Index in the raw profile's waits, or -1 when it is not known. */
  | { kind: 'waiting'; wait: number }
  /** It could have run. `other` is an index in `otherNames`, or -1 for work of no request; `wait` as above. */
  | { kind: 'heldUp'; other: number; wait: number }
  | { kind: 'profiler' };
export type Piece = PieceKind & { startUs: number; endUs: number };

/** Others that follow each other this closely hold the loop together. */
const CHAINED_US = 300;
const UNKNOWN = -1;
const GARBAGE_COLLECTOR = '(garbage collector)';

/** @returns the pieces from 0 to the request's duration, in order */
export function timelineOf(raw: RawProfile): Piece[] {
  const { durationUs } = raw;
  const pieces: Piece[] = [];
  const readUs = clamp(raw.readUs, 0, durationUs);
  const readyUs = clamp(raw.readyUs, readUs, durationUs);
  pieces.push({ kind: 'heldUp', other: UNKNOWN, wait: UNKNOWN, startUs: 0, endUs: readUs });
  pieces.push({ kind: 'profiler', startUs: readUs, endUs: readyUs });
  const runs = runsWithin(raw, readyUs);
  const shortSamples = shortRunSamples(runs, raw);
  let atUs = readyUs;
  for (const { startUs, endUs, gapWait } of runs) {
    pieces.push(...gap(raw, atUs, startUs, gapWait));
    pieces.push(...computing(raw, startUs, endUs, shortSamples));
    atUs = endUs;
  }
  pieces.push(...gap(raw, atUs, durationUs, raw.gapWaits[runs.length - 1] ?? UNKNOWN));
  return pieces.filter(({ startUs, endUs }) => endUs > startUs);
}

interface Run {
  startUs: number;
  endUs: number;
  /** What the gap before it waited for. */
  gapWait: number;
}

/** The first run begins when the profiler is ready. */
function runsWithin({ runs: flat, gapWaits, durationUs }: RawProfile, fromUs: number): Run[] {
  const runs: Run[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const startUs = index === 0 ? fromUs : clamp(flat[index] ?? 0, fromUs, durationUs);
    const endUs = clamp(flat[index + 1] ?? 0, startUs, durationUs);
    runs.push({ startUs, endUs, gapWait: gapWaits[index / 2 - 1] ?? UNKNOWN });
  }
  return runs;
}

/** Each moment belongs to the sample that is nearest to it. */
function computing(raw: RawProfile, startUs: number, endUs: number, shortSamples: readonly TimedSample[]): Piece[] {
  const inside = samplesBetween(raw.samples, startUs, endUs);
  if (inside.length === 0) {
    const sample = nearest(shortSamples, (startUs + endUs) / 2)?.node ?? UNKNOWN;
    return [{ kind: 'computing', sample, startUs, endUs }];
  }
  return inside.map(({ node, atUs }, index) => {
    const before = inside[index - 1];
    const after = inside[index + 1];
    return {
      kind: 'computing',
      sample: node,
      ...collectedBelow(raw, inside, index),
      startUs: before === undefined ? startUs : (before.atUs + atUs) / 2,
      endUs: after === undefined ? endUs : (atUs + after.atUs) / 2,
    };
  });
}

/** What was interrupted to collect garbage is what ran before, in the same run; what ran after, when nothing is known before. */
function collectedBelow({ nodes }: RawProfile, inside: readonly TimedSample[], index: number): { below?: number } {
  const isCollector = ({ node }: TimedSample) => nodes[node]?.functionName === GARBAGE_COLLECTOR;
  const sample = inside[index];
  if (sample === undefined || !isCollector(sample)) return {};
  const interrupted =
    inside.slice(0, index).findLast(each => !isCollector(each)) ?? inside.slice(index).find(each => !isCollector(each));
  return interrupted === undefined ? {} : { below: interrupted.node };
}

interface TimedSample {
  node: number;
  atUs: number;
}

/**
 * Runs shorter than the sampling interval are mostly missed. Those that are not stand for the others: a sample falls into
 * a short run as often as such runs take time.
 */
function shortRunSamples(runs: readonly Run[], { samples, samplingIntervalUs }: RawProfile): TimedSample[] {
  return runs
    .filter(({ startUs, endUs }) => endUs - startUs < samplingIntervalUs)
    .flatMap(({ startUs, endUs }) => samplesBetween(samples, startUs, endUs));
}

function gap(raw: RawProfile, startUs: number, endUs: number, wait: number): Piece[] {
  if (endUs <= startUs) return [];
  const others = overlapping(raw.others, startUs, endUs);
  const readyUs = clamp(raw.waits[wait]?.dueUs ?? chainStart(others, startUs, endUs), startUs, endUs);
  const pieces: Piece[] = [];
  let atUs = startUs;
  for (const other of others) {
    const fromUs = clamp(other.startUs, Math.max(atUs, readyUs), endUs);
    const toUs = clamp(other.endUs, fromUs, endUs);
    if (toUs <= fromUs) continue;
    pieces.push({ kind: 'waiting', wait, startUs: atUs, endUs: fromUs });
    pieces.push({ kind: 'heldUp', other: other.name, wait, startUs: fromUs, endUs: toUs });
    atUs = toUs;
  }
  pieces.push({ kind: 'waiting', wait, startUs: atUs, endUs });
  return pieces;
}

/** @param others in order of time */
function overlapping(others: readonly OtherRun[], startUs: number, endUs: number): OtherRun[] {
  const first = firstThat(others.length, index => (others[index]?.endUs ?? 0) > startUs);
  const behind = firstThat(others.length, index => (others[index]?.startUs ?? 0) >= endUs);
  return others.slice(first, behind);
}

/**
 * When what was waited for came is not known, unless it was a timer. But it was dealt with in its turn, after work that
 * held the loop without a pause: it came during that at the earliest.
 *
 * @returns start of the stretches without a pause that lead up to the end; the end when there are none
 */
function chainStart(others: readonly OtherRun[], startUs: number, endUs: number): number {
  let fromUs = endUs;
  for (const other of [...others].reverse()) {
    if (other.endUs < fromUs - CHAINED_US) break;
    fromUs = Math.max(startUs, Math.min(fromUs, other.startUs));
  }
  return fromUs;
}

/** @param samples node, time, node, time … in order of time */
function samplesBetween(samples: readonly number[], startUs: number, endUs: number): TimedSample[] {
  const found: TimedSample[] = [];
  const first = firstThat(samples.length / 2, pair => (samples[2 * pair + 1] ?? 0) >= startUs);
  for (let index = 2 * first; index < samples.length; index += 2) {
    const atUs = samples[index + 1] ?? 0;
    if (atUs > endUs) break;
    found.push({ node: samples[index] ?? UNKNOWN, atUs });
  }
  return found;
}

/** @returns the sample nearest to a time */
function nearest(samples: readonly TimedSample[], timeUs: number): TimedSample | undefined {
  const at = firstThat(samples.length, index => (samples[index]?.atUs ?? 0) >= timeUs);
  const after = samples[at];
  const before = samples[at - 1];
  if (after === undefined || before === undefined) return after ?? before;
  return after.atUs - timeUs < timeUs - before.atUs ? after : before;
}
