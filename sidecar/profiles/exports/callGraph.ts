/** The call graph of a profile: who called whom, and with what share of the time; after gprof2dot. */
import { framesOutwards, selfTimes } from '../callTree';
import { functionTable } from '../functionTable';
import type { Profile } from '../profile';

/** Shares of the whole, as in gprof2dot: smaller nodes and edges are folded. */
const MIN_NODE_SHARE = 0.005;
const MIN_EDGE_SHARE = 0.001;

interface GraphNode {
  /** Index in the profile's frames. */
  frame: number;
  selfUs: number;
  totalUs: number;
}

interface GraphEdge {
  /** Frames. */
  caller: number;
  callee: number;
  totalUs: number;
}

export interface CallGraph {
  durationUs: number;
  /** Largest first. */
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Functions too small for the graph, and the own time they have together. */
  folded: { functions: number; selfUs: number };
  /** Calls between shown functions too small for the graph. */
  foldedEdges: number;
}

/** @returns functions of at least 0.5 % of the wall time and calls of at least 0.1 %; what is smaller is counted */
export function callGraph(profile: Profile): CallGraph {
  const durationUs = profile.segments.reduce((sum, segment) => sum + segment.durationUs, 0);
  const rows = functionTable(profile, 'wall');
  const nodes = rows.filter(({ totalUs }) => totalUs >= MIN_NODE_SHARE * durationUs);
  const shown = new Set(nodes.map(({ frame }) => frame));
  const small = rows.filter(({ frame }) => !shown.has(frame));
  const all = edgesOf(profile).filter(({ caller, callee }) => shown.has(caller) && shown.has(callee));
  const edges = all.filter(({ totalUs }) => totalUs >= MIN_EDGE_SHARE * durationUs);
  return {
    durationUs,
    nodes: nodes.sort((a, b) => b.totalUs - a.totalUs || a.frame - b.frame),
    edges,
    folded: { functions: small.length, selfUs: small.reduce((sum, { selfUs }) => sum + selfUs, 0) },
    foldedEdges: all.length - edges.length,
  };
}

/** Each call once a stack, however often it recurs there. */
function edgesOf(profile: Profile): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const [node, selfUs] of selfTimes(profile, 'wall').entries()) {
    if (selfUs === 0) continue;
    const frames = framesOutwards(profile, node);
    const seen = new Set<string>();
    for (const [index, callee] of frames.entries()) {
      const caller = frames[index + 1];
      const key = `${caller}:${callee}`;
      if (caller === undefined || seen.has(key)) continue;
      seen.add(key);
      const edge = edges.get(key) ?? { caller, callee, totalUs: 0 };
      edge.totalUs += selfUs;
      edges.set(key, edge);
    }
  }
  return [...edges.values()].sort((a, b) => b.totalUs - a.totalUs);
}
