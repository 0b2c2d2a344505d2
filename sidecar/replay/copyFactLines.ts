/** The border to the processes of a copy: what they tell of themselves is checked here. */
import * as z from 'zod';
import type { CopyFact } from './preload/copyFacts';

const pid = z.int().positive();
const shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inspector'), pid, url: z.string().max(300) }),
  z.object({
    kind: z.literal('listening'),
    pid,
    wanted: z.union([z.number(), z.string()]),
    port: z.int().min(1).max(65_535),
    protocol: z.enum(['http', 'https', 'other']),
  }),
  z.object({ kind: z.literal('problem'), pid, message: z.string().max(4_000) }),
]) satisfies z.ZodType<CopyFact>;

export type { CopyFact };

/** @param text lines of JSON; the last may be half a line, and the app may have written others */
export function parseCopyFacts(text: string): CopyFact[] {
  return text.split('\n').flatMap(line => {
    try {
      const parsed = shape.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
