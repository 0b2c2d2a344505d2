/**
 * One request's profile: a call tree whose nodes are frames, and the request's wall time cut into segments that each
 * belong to a node. Everything that is shown or exported is made from this.
 */
import * as z from 'zod';
import { hotLine, profileInfo } from '../protocol/profileValues';

const index = z.int().min(0);

/** A function at its original position, or a wait, which is a frame below the call that started it. */
const profileFrame = z.object({
  /** Function name; `(anonymous)` where V8 has none; for a wait `waiting: timer of 200 ms`. */
  name: z.string(),
  /** Absolute path, or what V8 calls the script; empty when there is none. */
  file: z.string(),
  /** Where the function begins, 1-based; 0 when unknown. */
  line: index,
  column: index,
  kind: z.enum(['function', 'engine', 'wait', 'heldUp', 'profiler']),
  origin: z.enum(['user', 'package', 'node', 'native']),
  packageName: z.string().optional(),
});
export type ProfileFrame = z.infer<typeof profileFrame>;

const profileNode = z.object({
  frame: index,
  /** Index of the caller, smaller than this node's own; -1 for an outermost call. */
  parent: z.int().min(-1),
});
export type ProfileNode = z.infer<typeof profileNode>;

const segment = z.object({
  /** Innermost frame. */
  node: index,
  durationUs: z.number().min(0),
});
export type Segment = z.infer<typeof segment>;

/** A hot line, and the frame whose function it is in. */
const framedLine = hotLine.extend({ frame: index });
export type FramedLine = z.infer<typeof framedLine>;

export const profile = z.object({
  version: z.literal(1),
  info: profileInfo,
  frames: z.array(profileFrame),
  nodes: z.array(profileNode),
  /** One after the other from the request's start to its end: their lengths add up to its duration. */
  segments: z.array(segment),
  /** Most first. */
  lines: z.array(framedLine),
});
export type Profile = z.infer<typeof profile>;

/** @returns true for time the request's own code ran, which is what a CPU flame graph shows */
export function isComputing({ kind }: ProfileFrame): boolean {
  return kind === 'function' || kind === 'engine';
}
