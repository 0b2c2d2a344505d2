/** Every message of the wire: wishes as requests (client to sidecar), facts as events (sidecar to client). */
import * as z from 'zod';
import {
  deliverySettings,
  deliveryStats,
  journalInfo,
  lineHint,
  notice,
  processInfo,
  requestGroup,
  slowRequest,
  target,
  targetAddress,
  targetStats,
  watchSettings,
} from './values';

const nothing = z.object({});
const ofTarget = z.object({ targetId: z.string() });

export const requests = {
  /** First message of a connection; others are refused before it. */
  hello: {
    params: z.object({ protocolVersion: z.int(), clientName: z.string(), clientVersion: z.string() }),
    result: z.object({ protocolVersion: z.int(), sidecarVersion: z.string(), sidecarPid: z.int() }),
  },
  listProcesses: { params: nothing, result: z.object({ processes: z.array(processInfo) }) },
  attach: {
    params: z.object({
      address: targetAddress,
      settings: watchSettings,
      /** Watch it again when it has ended and the same script is started again in the same working directory. */
      reattach: z.boolean(),
    }),
    result: z.object({ target }),
  },
  /** Answers with what was taken out of the app again, in words. */
  detach: { params: ofTarget, result: z.object({ undone: z.array(z.string()) }) },
  configure: { params: z.object({ targetId: z.string(), settings: watchSettings }), result: nothing },
  /** Where reports go from now on, of all targets. */
  setDeliveries: { params: z.object({ settings: deliverySettings }), result: nothing },
  /** The report of one slow request, also of one out of a journal that was read. */
  report: {
    params: z.object({ slowRequestId: z.string(), format: z.enum(['text', 'markdown']) }),
    result: z.object({ text: z.string() }),
  },
  /** Newest first. */
  listJournals: { params: nothing, result: z.object({ journals: z.array(journalInfo) }) },
  /** A target as it was, its slow requests and what could not be read, in sentences. */
  readJournal: {
    params: z.object({ file: z.string() }),
    result: z.object({ target, slowRequests: z.array(slowRequest), problems: z.array(z.string()) }),
  },
} as const;

export const events = {
  targetChanged: z.object({ target }),
  targetStats,
  slowRequest,
  requestGroup,
  deliveryStats,
  notice,
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
