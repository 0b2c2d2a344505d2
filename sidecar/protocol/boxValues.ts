/** What the wire says of timeboxes: code whose time the app itself limits by `introspector/timebox`. */
import * as z from 'zod';
import { frame } from './frameValues';

const durationMs = z.number().min(0);

const boxFigures = z.object({
  /** What it was allowed. */
  budgetMs: durationMs,
  elapsedMs: durationMs,
  /** How much later than asked for it ended: native calls let nobody interrupt them. */
  overrunMs: durationMs,
});
export type BoxFigures = z.infer<typeof boxFigures>;

/** A box whose time was up. */
const firedBox = boxFigures.extend({
  isAsync: z.boolean(),
  /** Where it was called and by whom, innermost first. Empty when its stack could not be read. */
  frames: z.array(frame),
});
export type FiredBox = z.infer<typeof firedBox>;

/** The boxes that fired in one request, oldest first. */
export const requestBoxes = z.object({
  fired: z.array(firedBox),
  /** More of them than are kept of one request. */
  leftOut: z.int().min(0),
});
export type RequestBoxes = z.infer<typeof requestBoxes>;

/** What the boxes called in one place did since the target was attached. */
export const boxSite = z.object({
  /** Stable while attached: target and place. */
  id: z.string(),
  /** Of the newest that fired; of a near miss when none has. The first is where the box was called. */
  frames: z.array(frame),
  isAsync: z.boolean(),
  /** Of the same one: a quota allows less each time. */
  budgetMs: durationMs,
  fired: z.int().min(0),
  /** Those that ended in time but had used over 80 % of it. */
  nearMisses: z.int().min(0),
  /** The one that took longest. */
  worstFired: boxFigures.optional(),
  worstNear: boxFigures.optional(),
});
export type BoxSite = z.infer<typeof boxSite>;
