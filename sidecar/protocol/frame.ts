/** A call on a stack, as the wire tells it. Lines and columns are 1-based. */
import * as z from 'zod';

const position = z.int().min(0);

/** Whose code a frame belongs to. `user` is everything that is not one of the others. */
const frameOrigin = z.enum(['user', 'package', 'node', 'native']);

/** At its original position when a source map leads there. */
export const frame = z.object({
  functionName: z.string(),
  /** Absolute path; or what V8 calls it (`node:fs`, `wasm://…`); empty when V8 gives no name. */
  file: z.string(),
  /** 0 when unknown. */
  line: position,
  column: position,
  origin: frameOrigin,
  /** True for a caller that awaits the frame inside it. */
  isAsync: z.boolean(),
  packageName: z.string().optional(),
  /** Text of the line, trimmed, when its source could be read. */
  sourceLine: z.string().optional(),
  /** Where V8 saw it, when a source map moved it. */
  generated: z.object({ file: z.string(), line: position, column: position }).optional(),
});
