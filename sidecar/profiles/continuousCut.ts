/**
 * Finds one request in the continuous profile. Nothing tells whose a sample is; but when a request starts, starts an
 * operation or writes its answer, it runs, and so it does in the busy time that leads up to that, as far back as the
 * loop was idle or somebody else was seen.
 */
import type { OtherRun, RawProfile, RawTrail } from '../agent/profileReports';
import { sampledWithin } from '../agent/sampledNodes';
import { clamp, firstThat } from './bisection';
import type { Chunk } from './recentLines';

const SAMPLING_INTERVAL_US = 10_000;
/** The loop's own work, and V8's, between callbacks or within them. */
const NEUTRAL = new Set(['(program)', '(garbage collector)']);

type Owner = 'request' | 'others' | 'nobody';

interface TimedSample {
  /** Since the request's start. */
  atUs: number;
  kind: 'busy' | 'neutral' | 'idle';
}

interface Interval {
  startUs: number;
  endUs: number;
}

interface Stretch {
  fromUs: number;
  firstUs: number;
  lastUs: number;
  untilUs: number;
}

/**
 * @param id of the profile
 * @param chunks of the continuous profile, one after the other
 * @returns the request as if it had been profiled
 */
export function cutOut(id: string, trail: RawTrail, chunks: readonly Chunk[]): RawProfile {
  const { startUs, stretches: flat, readUs, durationUs, ...rest } = trail;
  const stretches = stretchesOf(flat);
  const samples = samplesOf(chunks, startUs);
  const owners = ownersOf(samples, stretches);
  const runs = runsOf(intervals(samples, owners, 'request'), stretches, readUs, durationUs);
  return {
    ...rest,
    id,
    trigger: 'continuous',
    durationUs,
    readUs,
    readyUs: readUs,
    samplingIntervalUs: SAMPLING_INTERVAL_US,
    ...sampledIn(chunks, runs, startUs),
    runs: runs.flatMap(run => [run.startUs, run.endUs]),
    gapWaits: runs.map(({ endUs }) => rest.gapWaits[lastIndex(stretches, ({ firstUs }) => firstUs <= endUs)] ?? -1),
    others: intervals(samples, owners, 'others').map(each => ({ ...each, name: nameOf(each, rest.others) })),
    leftOut: 0,
  };
}

function stretchesOf(flat: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let index = 0; index < flat.length; index += 4) {
    const [fromUs = 0, firstUs = 0, lastUs = 0, untilUs = 0] = flat.slice(index, index + 4);
    stretches.push({ fromUs, firstUs, lastUs, untilUs });
  }
  return stretches;
}

function samplesOf(chunks: readonly Chunk[], startUs: number): TimedSample[] {
  const found: TimedSample[] = [];
  for (const { nodes, startTime, samples = [], timeDeltas = [] } of chunks) {
    const kinds = new Map(nodes.map(({ id, callFrame }) => [id, kindOf(callFrame.functionName)]));
    let atUs = startTime - startUs;
    for (const [index, node] of samples.entries()) {
      atUs += timeDeltas[index] ?? 0;
      // Where chunks meet, both may hold the same moment.
      if (atUs > (found.at(-1)?.atUs ?? Number.NEGATIVE_INFINITY))
        found.push({ atUs, kind: kinds.get(node) ?? 'idle' });
    }
  }
  return found;
}

function kindOf(functionName: string): TimedSample['kind'] {
  if (functionName === '(idle)' || functionName === '(root)') return 'idle';
  return NEUTRAL.has(functionName) ? 'neutral' : 'busy';
}

function ownersOf(samples: readonly TimedSample[], stretches: readonly Stretch[]): Owner[] {
  const idleUs = samples.filter(({ kind }) => kind === 'idle').map(({ atUs }) => atUs);
  const isBusyBetween = (startUs: number, endUs: number) =>
    lastIndex(idleUs, atUs => atUs < startUs) === lastIndex(idleUs, atUs => atUs <= endUs);
  const isOwn = (atUs: number) => {
    const index = lastIndex(stretches, ({ firstUs }) => firstUs <= atUs);
    const before = stretches[index];
    const after = stretches[index + 1];
    if (before && (atUs <= before.lastUs || (atUs <= before.untilUs && isBusyBetween(before.lastUs, atUs))))
      return true;
    return after !== undefined && atUs >= after.fromUs && isBusyBetween(atUs, after.firstUs);
  };
  const owners = samples.map(({ atUs, kind }): Owner => {
    if (kind === 'idle') return 'nobody';
    return isOwn(atUs) ? 'request' : 'others';
  });
  // What V8 and libuv do on their own belongs to the work beside it.
  return owners.map((owner, index) =>
    samples[index]?.kind === 'neutral' ? (neighbour(samples, owners, index) ?? 'nobody') : owner,
  );
}

/** @returns whose the busy sample before is, else the one behind, with no idle time in between */
function neighbour(samples: readonly TimedSample[], owners: readonly Owner[], index: number): Owner | undefined {
  for (const step of [-1, 1]) {
    let at = index + step;
    while (samples[at]?.kind === 'neutral') at += step;
    if (samples[at]?.kind === 'busy') return owners[at];
  }
  return undefined;
}

/** @returns the times that samples of one owner stand for: each from half-way to the one before to half-way to the next */
function intervals(samples: readonly TimedSample[], owners: readonly Owner[], of: Owner): Interval[] {
  const found: Interval[] = [];
  for (const [index, { atUs }] of samples.entries()) {
    if (owners[index] !== of) continue;
    const startUs = middle(samples[index - 1]?.atUs, atUs);
    const nextUs = samples[index + 1]?.atUs;
    // Others may have held the loop up to the moment at which it is seen idle.
    const endUs = of === 'others' && owners[index + 1] !== 'request' ? (nextUs ?? atUs) : middle(nextUs, atUs);
    const last = found.at(-1);
    if (last !== undefined && startUs <= last.endUs) last.endUs = endUs;
    else found.push({ startUs, endUs });
  }
  return found;
}

function middle(besideUs: number | undefined, atUs: number): number {
  return besideUs === undefined ? atUs : (besideUs + atUs) / 2;
}

/** @returns when it ran, and each moment at which a stretch began or ended: the gaps in between are named one by one */
function runsOf(
  own: readonly Interval[],
  stretches: readonly Stretch[],
  readUs: number,
  durationUs: number,
): Interval[] {
  const moments = [readUs, ...stretches.flatMap(({ firstUs, lastUs }) => [firstUs, lastUs])];
  const all = [...own, ...moments.map(atUs => ({ startUs: atUs, endUs: atUs }))]
    .map(({ startUs, endUs }) => ({
      startUs: clamp(startUs, readUs, durationUs),
      endUs: clamp(endUs, readUs, durationUs),
    }))
    .sort((a, b) => a.startUs - b.startUs);
  const runs: Interval[] = [];
  for (const each of all) {
    const last = runs.at(-1);
    if (last !== undefined && each.startUs <= last.endUs) last.endUs = Math.max(last.endUs, each.endUs);
    else runs.push(each);
  }
  return runs;
}

function sampledIn(
  chunks: readonly Chunk[],
  runs: readonly Interval[],
  startUs: number,
): Pick<RawProfile, 'nodes' | 'samples'> {
  const flat = runs.flatMap(run => [run.startUs, run.endUs]);
  const nodes: RawProfile['nodes'] = [];
  const samples: number[] = [];
  for (const chunk of chunks) {
    const sampled = sampledWithin(chunk, flat, startUs);
    const base = nodes.length;
    for (const node of sampled.nodes) nodes.push({ ...node, parent: node.parent < 0 ? -1 : node.parent + base });
    for (let index = 0; index < sampled.samples.length; index += 2) {
      const [node = -1, atUs = 0] = sampled.samples.slice(index, index + 2);
      if (atUs > (samples.at(-1) ?? Number.NEGATIVE_INFINITY)) samples.push(node < 0 ? -1 : node + base, atUs);
    }
  }
  return { nodes, samples };
}

/** @returns the name of the long stretch that it shares most time with */
function nameOf({ startUs, endUs }: Interval, known: readonly OtherRun[]): number {
  let name = -1;
  let mostUs = 0;
  for (const other of known) {
    const sharedUs = Math.min(endUs, other.endUs) - Math.max(startUs, other.startUs);
    if (sharedUs <= mostUs) continue;
    mostUs = sharedUs;
    name = other.name;
  }
  return name;
}

/** @returns index of the last one for which it holds, as it does for all before; -1 when it holds for none */
function lastIndex<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return firstThat(values.length, index => !holds(values[index] as T)) - 1;
}
