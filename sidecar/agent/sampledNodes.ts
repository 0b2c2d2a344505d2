/** Picks samples out of a profile of V8's, with the functions they name. */
import type { RawProfile, SampledNode } from './profileReports';
import type { V8Node, V8Profile } from './v8Profiler';

const MAX_NAME_LENGTH = 200;
const MAX_FILE_LENGTH = 1000;
const MAX_SAMPLES = 1_000_000;

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
