/** The lines of a journal: JSON, one a line, each with the time it was written, in milliseconds since 1970. */
import * as z from 'zod';
import { slowRequest, target } from '../protocol/values';

/** Raised when older versions could not make sense of a new journal. */
export const JOURNAL_VERSION = 1;

const atMs = z.number();

const journalLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('head'), atMs, version: z.int(), sidecarPid: z.int(), target }),
  /** A slow request of which there is news: a cause, a look, a level, an end. */
  z.object({ kind: z.literal('slow'), atMs, request: slowRequest }),
  /** It goes on as before. */
  z.object({ kind: z.literal('still'), atMs, id: z.string(), durationMs: z.number() }),
  /** Requests in flight, the oldest of them by name. */
  z.object({
    kind: z.literal('tick'),
    atMs,
    requestsInFlight: z.int(),
    inFlight: z.array(
      z.object({ requestNumber: z.int(), method: z.string(), route: z.string(), startedAtMs: z.number() }),
    ),
  }),
  /** Lines that found no room on the disk before this one. */
  z.object({ kind: z.literal('lost'), atMs, lines: z.int() }),
  /** The last line: how the target ended, and what it was doing. */
  z.object({ kind: z.literal('end'), atMs, message: z.string(), report: z.string().optional() }),
]);
export type JournalLine = z.infer<typeof journalLine>;
export type JournalHead = Extract<JournalLine, { kind: 'head' }>;

/** @returns the line, or undefined when it is torn, or none of ours */
export function parseLine(text: string): JournalLine | undefined {
  try {
    return journalLine.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
