/** Which frames of a stack a flame graph shows: outermost first, without those that every request has in common. */

import type { SampledNode } from '../agent/profileReports';
import type { RawFrame } from '../agent/reports';
import { AGENT_SOURCE_URL } from '../agent/sourceUrl';
import { pathOf } from '../sources/fileUrls';
import { frameOrigin } from '../sources/frameOrigin';
import type { FrameTable, FunctionStart } from './frameTable';

/**
 * @param node index in the raw profile's nodes
 * @returns indices of frames, outermost first
 */
export async function sampledStack(nodes: readonly SampledNode[], node: number, table: FrameTable): Promise<number[]> {
  const starts: SampledNode[] = [];
  for (let at = node; at >= 0; at = nodes[at]?.parent ?? -1) {
    const found = nodes[at];
    if (found !== undefined) starts.push(found);
  }
  const [innermost] = starts;
  const shown = starts.filter(start => start === innermost || start.file !== AGENT_SOURCE_URL).reverse();
  return Promise.all(withoutLoop(shown).map(start => table.ofFunction(start)));
}

/**
 * @param stack innermost first, as the operation was started
 * @returns frames, outermost first: the callers behind an `await`, too, without Node's own way into the operation
 */
export async function waitStack(stack: readonly RawFrame[], table: FrameTable): Promise<WaitFrame[]> {
  const shown = stack.slice(
    Math.max(
      0,
      stack.findIndex(({ file }) => !isBuiltIn(file)),
    ),
  );
  const frames: WaitFrame[] = [];
  let isBehindAwait = false;
  for (const call of withoutLoop([...shown].reverse())) {
    // How Node.js came to run what goes on after the await.
    if (isBehindAwait && !call.isAsync && isBuiltIn(call.file)) continue;
    frames.push({ frame: await table.ofCall(call), isResumable: call.isAsync || isBehindAwait });
    isBehindAwait = call.isAsync;
  }
  return frames;
}

export interface WaitFrame {
  /** Index in the table. */
  frame: number;
  /** It is on hold at an `await`, or goes on after one. */
  isResumable: boolean;
}

/** Leaves out how Node.js came to run the request's code, unless nothing else is there. */
function withoutLoop<F extends FunctionStart>(outermostFirst: readonly F[]): F[] {
  const first = outermostFirst.findIndex(({ file }) => !isBuiltIn(file));
  return outermostFirst.slice(Math.max(0, first));
}

function isBuiltIn(file: string): boolean {
  const origin = frameOrigin(pathOf(file));
  return origin === 'node' || origin === 'native';
}
