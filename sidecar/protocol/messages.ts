/** Every message of the wire: wishes as requests (client to sidecar), facts as events (sidecar to client). */
import * as z from 'zod';
import { lineHint, processInfo, slowRequest, target, targetAddress, targetStats } from './values';

const nothing = z.object({});
const ofTarget = z.object({ targetId: z.string() });
const thresholdMs = z.number().min(0).max(86_400_000);

export const requests = {
  /** First message of a connection; others are refused before it. */
  hello: {
    params: z.object({ protocolVersion: z.int(), clientName: z.string(), clientVersion: z.string() }),
    result: z.object({ protocolVersion: z.int(), sidecarVersion: z.string(), sidecarPid: z.int() }),
  },
  listProcesses: { params: nothing, result: z.object({ processes: z.array(processInfo) }) },
  attach: { params: z.object({ address: targetAddress, thresholdMs }), result: z.object({ target }) },
  /** Answers with what was taken out of the app again, in words. */
  detach: { params: ofTarget, result: z.object({ undone: z.array(z.string()) }) },
  setThreshold: { params: z.object({ targetId: z.string(), thresholdMs }), result: nothing },
  /** The plain-text report of one slow request. */
  report: { params: z.object({ slowRequestId: z.string() }), result: z.object({ text: z.string() }) },
} as const;

export const events = {
  targetChanged: z.object({ target }),
  targetStats,
  slowRequest,
  /** All hints of a target, worst first; replaces those sent before. */
  lineHints: z.object({ targetId: z.string(), hints: z.array(lineHint) }),
} as const;

export type RequestName = keyof typeof requests;
export type Params<K extends RequestName> = z.infer<(typeof requests)[K]['params']>;
export type Result<K extends RequestName> = z.infer<(typeof requests)[K]['result']>;

export type EventName = keyof typeof events;
export type EventValue<K extends EventName> = z.infer<(typeof events)[K]>;

export type RequestHandlers = { [K in RequestName]: (params: Params<K>) => Promise<Result<K>> };
export type EventHandlers = { [K in EventName]: (value: EventValue<K>) => void };
