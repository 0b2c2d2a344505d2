/** What the wire says of a request that is sent again to a copy of its app. */
import * as z from 'zod';
import { profileInfo } from './profileValues';
import { namedValue } from './values';

const durationMs = z.number().min(0);

/** What stands in the place of a secret. Such a header or parameter is not sent. */
export const REDACTED = '[redacted]';

export const replayedRequest = z.object({
  method: z.string().regex(/^[A-Z-]{1,30}$/, 'it is a method such as GET'),
  /** Path and query. */
  url: z
    .string()
    .regex(/^\/[^\s#]*$/, 'it is a path that begins with / and holds no space')
    .max(16_000),
  headers: z.array(namedValue).max(200),
  body: z.string().max(500_000).optional(),
});
export type ReplayedRequest = z.infer<typeof replayedRequest>;

export const replayOrder = z.object({
  /** Made by the client: names this replay in its progress, and when it is to be cancelled. */
  replayId: z.string().min(1).max(100),
  targetId: z.string(),
  request: replayedRequest,
  /** How often it is sent, one after the other; the last one is profiled. */
  times: z.int().min(1).max(1_000),
  /** That what is written, sent or charged is so again; needed for methods other than GET and HEAD. */
  sideEffectsAccepted: z.boolean(),
});
export type ReplayOrder = z.infer<typeof replayOrder>;

export const replayProgress = z.object({
  replayId: z.string(),
  step: z.enum(['starting', 'sending', 'profiling', 'ending']),
  /** Answers so far. */
  answered: z.int().min(0),
  times: z.int().min(1),
});
export type ReplayProgress = z.infer<typeof replayProgress>;

/** Wall time of the answers, from the first byte sent to the last byte received. */
const replayTimes = z.object({
  count: z.int().positive(),
  minMs: durationMs,
  medianMs: durationMs,
  p90Ms: durationMs,
  p99Ms: durationMs,
  maxMs: durationMs,
});
export type ReplayTimes = z.infer<typeof replayTimes>;

export const replayOutcome = z.object({
  /** Absent when it was cancelled before there was one. */
  profile: profileInfo.optional(),
  /** Status codes, with how often each came. */
  statusCodes: z.array(z.object({ statusCode: z.int(), count: z.int().positive() })),
  /** Absent when nothing was answered. */
  times: replayTimes.optional(),
  wasCancelled: z.boolean(),
  /** In sentences: what was not sent, what could not be done. */
  notes: z.array(z.string()),
});
export type ReplayOutcome = z.infer<typeof replayOutcome>;
