/** The parts of a speedscope file that this page reads itself. */
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';

export interface FlameFrame {
  name: string;
  file?: string;
  line?: number;
  col?: number;
}

export interface SampledProfile {
  name: string;
  /** Stacks, outermost first: indices of frames. */
  samples: number[][];
  /** Microseconds. */
  weights: number[];
}

export interface FlameFile {
  name: string;
  introspector: ProfileInfo;
  shared: { frames: FlameFrame[] };
  profiles: SampledProfile[];
}

/**
 * @param text what the sidecar wrote
 * @throws SyntaxError when it is not JSON
 */
export function parseFlameFile(text: string): FlameFile {
  return JSON.parse(text) as FlameFile;
}

export interface FunctionRow {
  frame: FlameFrame;
  selfUs: number;
  /** With all it calls; recursion counted once. */
  totalUs: number;
}

/** @returns one row for each frame that took time */
export function functionRows({ samples, weights }: SampledProfile, frames: readonly FlameFrame[]): FunctionRow[] {
  const rows = new Map<number, FunctionRow>();
  const row = (index: number): FunctionRow => {
    const known = rows.get(index) ?? { frame: frames[index] ?? { name: '' }, selfUs: 0, totalUs: 0 };
    rows.set(index, known);
    return known;
  };
  for (const [index, stack] of samples.entries()) {
    const weight = weights[index] ?? 0;
    const innermost = stack.at(-1);
    if (innermost === undefined) continue;
    row(innermost).selfUs += weight;
    for (const frame of new Set(stack)) row(frame).totalUs += weight;
  }
  return [...rows.values()];
}
