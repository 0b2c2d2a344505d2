/** What is sent of a profile: of V8's samples only those taken while the request ran, with the functions they name. */
import type { OtherRun, ProfiledWait, RawProfile, SampledNode } from './profileReports';
import type { RawFrame } from './reports';
import type { NamedWait, RequestProfile } from './requestProfile';
import { materialise } from './stacks';
import type { V8Node, V8Profile } from './v8Profiler';

const MAX_NAME_LENGTH = 200;
const MAX_FILE_LENGTH = 1000;
const MAX_SAMPLES = 1_000_000;
/** Different ones; with more an answer would be too large, and the rest is told without. */
const MAX_STACKS = 5_000;

/** Converts a time on the loop's clock, in milliseconds, to microseconds since the request's start. */
type ToUs = (ms: number) => number;

export type Sampled = Pick<RawProfile, 'nodes' | 'samples' | 'leftOut'>;

/**
 * @param profile as V8 gives it
 * @param runs when the request ran: start, end, start, end … in microseconds since its start
 * @param startUs the request's start on the profiler's clock
 */
export function sampledWithin(profile: V8Profile, runs: readonly number[], startUs: number): Sampled {
  const { samples: ids = [], timeDeltas = [] } = profile;
  const nodes = new NodeTable(profile.nodes);
  const samples: number[] = [];
  let leftOut = 0;
  let timeUs = profile.startTime - startUs;
  let run = 0;
  for (let index = 0; index < ids.length; index += 1) {
    timeUs += timeDeltas[index] ?? 0;
    while (run < runs.length && timeUs > (runs[run + 1] ?? 0)) run += 2;
    if (run >= runs.length) break;
    if (timeUs < (runs[run] ?? 0)) continue;
    if (samples.length < 2 * MAX_SAMPLES) samples.push(nodes.indexOf(ids[index] ?? 0), Math.round(timeUs));
    else leftOut += 1;
  }
  return { nodes: nodes.used, samples, leftOut };
}

/** Numbers the nodes that are named, callers first. */
class NodeTable {
  readonly used: SampledNode[] = [];
  private readonly byId = new Map<number, V8Node>();
  private readonly callers = new Map<number, number>();
  private readonly indices = new Map<number, number>();

  constructor(nodes: readonly V8Node[]) {
    for (const node of nodes) {
      this.byId.set(node.id, node);
      for (const child of node.children ?? []) this.callers.set(child, node.id);
    }
  }

  indexOf(id: number): number {
    const known = this.indices.get(id);
    if (known !== undefined) return known;
    // Without recursion: stacks may be deep.
    const path: number[] = [];
    for (let at: number | undefined = id; at !== undefined && !this.indices.has(at); at = this.callers.get(at)) {
      path.push(at);
    }
    for (const each of path.reverse()) this.add(each);
    return this.indices.get(id) ?? -1;
  }

  private add(id: number): void {
    const node = this.byId.get(id);
    const caller = this.callers.get(id);
    // V8's root stands for nothing.
    if (node === undefined || caller === undefined) this.indices.set(id, -1);
    else {
      this.indices.set(id, this.used.length);
      this.used.push(sampledNode(node, this.indices.get(caller) ?? -1));
    }
  }
}

function sampledNode({ callFrame, positionTicks = [] }: V8Node, parent: number): SampledNode {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  return {
    functionName: functionName.slice(0, MAX_NAME_LENGTH),
    file: url.slice(0, MAX_FILE_LENGTH),
    line: Math.max(0, lineNumber + 1),
    column: Math.max(0, columnNumber + 1),
    parent,
    lineTicks: positionTicks.flatMap(({ line, ticks }) => [line, ticks]),
  };
}

/** @returns the waits that gaps were named after, and each stack once */
export function profiledWaits({ waits }: RequestProfile, toUs: ToUs): Pick<RawProfile, 'waits' | 'stacks'> {
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
