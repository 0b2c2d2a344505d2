/** Every message of the wire: wishes as requests (client to sidecar), facts as events (sidecar to client). */
import * as z from 'zod';
import { boxSite } from './boxValues';
import { interruption } from './interruptionValues';
import { hotLine, profileFormat, profileInfo } from './profileValues';
import { replayOrder, replayOutcome, replayProgress } from './replayValues';
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
  /** What a client has to put into its request to have it profiled: `?__introspect__=TOKEN`, or the header `x-introspect`. */
  profileToken: { params: nothing, result: z.object({ token: z.string() }) },
  /** Profiles the next request of each of these routes, or of any with ''; takes the place of what was asked for before. */
  profileNext: {
    params: z.object({ targetId: z.string(), routes: z.array(z.string().max(300)).max(100) }),
    result: nothing,
  },
  /** Terminates what a slow request computes, and answers its client with 503. */
  interruptRequest: { params: z.object({ slowRequestId: z.string() }), result: z.object({ interruption }) },
  /** Answers a slow request that waits with 503; what it waits for goes on. */
  endResponse: { params: z.object({ slowRequestId: z.string() }), result: z.object({ interruption }) },
  /** Cuts a slow request out of the continuous profile; the profile is kept like any other. */
  cutProfile: { params: z.object({ slowRequestId: z.string() }), result: z.object({ profile: profileInfo }) },
  /** All that are kept on this machine, newest first. */
  listProfiles: { params: nothing, result: z.object({ profiles: z.array(profileInfo) }) },
  /** The lines on which a profiled request computed, most first. */
  profileLines: {
    params: z.object({ profileId: profileInfo.shape.id }),
    result: z.object({ lines: z.array(hotLine) }),
  },
  /** What changed from one profile to another, as text. */
  compareProfiles: {
    params: z.object({ beforeId: profileInfo.shape.id, afterId: profileInfo.shape.id }),
    result: z.object({ text: z.string() }),
  },
  /** Sends a request to a copy of its app, profiled; answers when nothing of the copy is left. */
  replay: { params: replayOrder, result: replayOutcome },
  /** One that has ended is left alone. */
  cancelReplay: { params: z.object({ replayId: z.string() }), result: nothing },
  deleteProfile: { params: z.object({ profileId: profileInfo.shape.id }), result: nothing },
  exportProfile: {
    params: z.object({ profileId: profileInfo.shape.id, format: profileFormat, file: z.string().min(1) }),
    result: nothing,
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
  /** A request was profiled, and its profile is kept. */
  profileTaken: profileInfo,
  replayProgress,
  /** The lines on which a target computed most lately, most first; replaces those sent before. */
  hotLines: z.object({ targetId: z.string(), windowMs: z.number().min(0), lines: z.array(hotLine) }),
  /** All places of a target where timeboxes fired or came near to it; replaces those sent before. */
  boxes: z.object({ targetId: z.string(), sites: z.array(boxSite) }),
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
