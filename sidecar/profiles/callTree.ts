/** Sums over the call tree of a profile. */
import { isComputing, type Profile } from './profile';

/** Own time of each node in microseconds. */
export type SelfTimes = Float64Array;

/**
 * @param which all of the wall time, or what of it the request computed
 * @returns own time of each node, in microseconds
 */
export function selfTimes({ frames, nodes, segments }: Profile, which: 'wall' | 'cpu'): SelfTimes {
  const selfUs = new Float64Array(nodes.length);
  for (const { node, durationUs } of segments) {
    const frame = frames[nodes[node]?.frame ?? -1];
    if (frame === undefined || (which === 'cpu' && !isComputing(frame))) continue;
    selfUs[node] = (selfUs[node] ?? 0) + durationUs;
  }
  return selfUs;
}

/** @returns frames from a node outwards: its own, its caller's … */
export function framesOutwards({ nodes }: Pick<Profile, 'nodes'>, node: number): number[] {
  const frames: number[] = [];
  for (let at = node; at >= 0; at = nodes[at]?.parent ?? -1) frames.push(nodes[at]?.frame ?? -1);
  return frames;
}
