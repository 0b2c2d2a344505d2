/** What the wire says of requests that were stopped. `…Ms` are milliseconds. */
import * as z from 'zod';
import { frame } from './frameValues';

const durationMs = z.number().min(0);

/** Who ordered it: a person, or the budget of the request's route. */
const orderedBy = z.discriminatedUnion('who', [
  z.object({ who: z.literal('user') }),
  z.object({ who: z.literal('budget'), budgetMs: durationMs }),
]);
export type OrderedBy = z.infer<typeof orderedBy>;

/** A frame that was cut off inside a `try`, whose clauses did not run. */
const skipped = z.object({ frame, clauses: z.enum(['catch', 'finally', 'catch and finally']) });
export type Skipped = z.infer<typeof skipped>;

/** How a request was stopped before the app had answered it. */
export const interruption = z.object({
  /** `interrupted`: its JavaScript was terminated. `ended`: it only waited, and was answered in place of the app. */
  kind: z.enum(['interrupted', 'ended']),
  orderedBy,
  /** What the client got in place of the app's answer. */
  answer: z.enum(['sent503', 'connectionCut', 'clientGone']),
  /** Age of the request. */
  atMs: durationMs,
  /** How long it had held the event loop by then; 0 when it waited. */
  blockedMs: durationMs,
  /** Where its JavaScript was cut off, innermost first; empty when it waited. */
  frames: z.array(frame),
  /** Innermost first. */
  skipped: z.array(skipped),
  /** Timeboxes whose signals were fired. */
  boxes: z.int().min(0),
  /** From the order to the first turn of the event loop after it; absent when that was not seen. */
  servesAfterMs: durationMs.optional(),
  /** What could not be done or seen, in sentences. */
  notes: z.array(z.string()),
});
export type Interruption = z.infer<typeof interruption>;
