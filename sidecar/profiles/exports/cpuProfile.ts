/** A profile as V8 writes them, for Chrome and for VS Code's own viewer. */

import { pathToFileURL } from 'node:url';
import type Protocol from 'devtools-protocol/types/protocol';
import type { Profile, ProfileFrame } from '../profile';

/** V8's own node for time in which no JavaScript ran. */
const ROOT_ID = 1;
const IDLE_ID = 2;
const FIRST_ID = 3;

/**
 * Waits and what held the request up are shown as the engine's idle time, since these viewers know functions alone.
 *
 * @returns JSON of https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
export function cpuProfile(profile: Profile): string {
  const { frames, nodes, segments, lines } = profile;
  const isShown = nodes.map(({ frame }) => ['function', 'engine'].includes(frames[frame]?.kind ?? ''));
  const written: Protocol.Profiler.ProfileNode[] = [engineNode(ROOT_ID, '(root)'), engineNode(IDLE_ID, '(idle)')];
  written[0]?.children?.push(IDLE_ID);
  const ids = new Map<number, number>();
  for (const [index, { frame, parent }] of nodes.entries()) {
    const found = frames[frame];
    if (!isShown[index] || found === undefined) continue;
    const id = FIRST_ID + ids.size;
    ids.set(index, id);
    written.push({ id, callFrame: callFrame(found), hitCount: 0, children: [] });
    written[(ids.get(parent) ?? ROOT_ID) - 1]?.children?.push(id);
  }
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let atUs = 0;
  let writtenUs = 0;
  for (const { node, durationUs } of segments) {
    const id = ids.get(node) ?? IDLE_ID;
    samples.push(id);
    timeDeltas.push(Math.round(atUs) - writtenUs);
    writtenUs = Math.round(atUs);
    atUs += durationUs;
    const sampled = written[id - 1];
    if (sampled) sampled.hitCount = (sampled.hitCount ?? 0) + 1;
  }
  addLines(written, lines, frames, ids, profile);
  return JSON.stringify({ nodes: written, startTime: 0, endTime: Math.round(atUs), samples, timeDeltas });
}

function engineNode(id: number, functionName: string): Protocol.Profiler.ProfileNode {
  const callFrame = { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
  return { id, callFrame, hitCount: 0, children: [] };
}

/** 0-based there. */
function callFrame({ name, file, line, column, origin }: ProfileFrame): Protocol.Runtime.CallFrame {
  const isOnDisk = origin === 'user' || origin === 'package';
  return {
    functionName: name,
    scriptId: '0',
    url: isOnDisk ? pathToFileURL(file).href : file,
    lineNumber: line - 1,
    columnNumber: column - 1,
  };
}

/** A line's time as ticks of a millisecond, at the first node of its function. */
function addLines(
  written: Protocol.Profiler.ProfileNode[],
  lines: Profile['lines'],
  frames: Profile['frames'],
  ids: ReadonlyMap<number, number>,
  { nodes }: Profile,
): void {
  const idOfFrame = new Map<number, number>();
  for (const [node, id] of ids) {
    const { frame } = nodes[node] ?? { frame: -1 };
    if (!idOfFrame.has(frame)) idOfFrame.set(frame, id);
  }
  for (const { frame, file, line, selfUs } of lines) {
    const node = written[(idOfFrame.get(frame) ?? 0) - 1];
    const ticks = Math.round(selfUs / 1000);
    if (node === undefined || ticks === 0 || frames[frame]?.file !== file) continue;
    node.positionTicks = [...(node.positionTicks ?? []), { line, ticks }];
  }
}
