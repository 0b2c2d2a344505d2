/**
 * The things the wire talks about. Each is declared once, as a schema; both sides take its type and its check from here.
 * Lines and columns are 1-based everywhere. `…AtMs` are milliseconds since 1970, `…Ms` durations in milliseconds.
 */
import * as z from 'zod';
import { requestBoxes } from './boxValues';
import { frame } from './frameValues';
import { interruption } from './interruptionValues';

export type { Frame, FrameOrigin } from './frameValues';

const durationMs = z.number().min(0);
const epochMs = z.number();
const position = z.int().min(0);

/** A Node.js process that runs on this machine. */
export const processInfo = z.object({
  pid: z.int().positive(),
  /** Script path as started, or the process title when it hides it. */
  script: z.string(),
  scriptPath: z.string().optional(),
  workingDirectory: z.string().optional(),
  /** TCP ports it listens on, its inspector's left out. */
  ports: z.array(z.int()),
  inspectorPort: z.int().optional(),
  startedAtMs: epochMs.optional(),
});
export type ProcessInfo = z.infer<typeof processInfo>;

/** What to attach to: a process of this machine, or an inspector that already listens somewhere. */
export const targetAddress = z.union([
  z.object({ pid: z.int().positive() }),
  z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) }),
]);
export type TargetAddress = z.infer<typeof targetAddress>;

const targetState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('watching') }),
  /** It has ended, and is watched again as soon as it is started again. */
  z.object({
    state: z.literal('awaitingRestart'),
    message: z.string(),
    /** What it was doing when it ended, when requests were in flight. */
    report: z.string().optional(),
  }),
  /** Its event loop does not take our calls: a native call, or the machine is starved. */
  z.object({ state: z.literal('notAnswering'), sinceMs: epochMs }),
  z.object({ state: z.literal('pausedByDebugger') }),
  z.object({
    state: z.literal('gone'),
    /** `killed` by a signal, or by the kernel for want of memory: it had no chance to say goodbye. */
    reason: z.enum(['exited', 'killed', 'inspectorClosed', 'detached']),
    message: z.string(),
    /** What it was doing, when requests were in flight. */
    report: z.string().optional(),
  }),
]);
export type TargetState = z.infer<typeof targetState>;

/** What the agent hooks in the app: `notNeeded` where this app or its Node.js does without. */
const hookReport = z.object({
  name: z.string(),
  state: z.enum(['installed', 'notNeeded', 'failed']),
  detail: z.string().optional(),
});

const thresholdMs = z.number().min(0).max(86_400_000);
/** A shorter one could not be kept: whether a request holds the loop is seen some ten times a second. */
const budgetMs = z.number().min(200).max(86_400_000);

/** What is watched for in one target. */
export const watchSettings = z.object({
  /** Requests that take longer are slow. */
  thresholdMs,
  /** Requests that take longer are hung. */
  hungMs: thresholdMs,
  /**
   * By route pattern or path glob, with or without a method: `GET /reports/*`, `/orders/:id`. A threshold of its own, or
   * `ignore`; of several that match the first holds.
   */
  routes: z.record(z.string().max(300), z.union([thresholdMs, z.literal('ignore')])),
  /** Names whose values are secrets, besides those that always are. */
  redactNames: z.array(z.string().max(100)).max(1_000),
  /** Of which requests that hold the event loop arguments and locals are read, which pauses the app. */
  captureLocals: z.enum(['off', 'next', 'blocked']),
  /** Samples the app all the time, a sample every 10 ms. */
  continuousProfile: z.boolean(),
  /** How long a request of a route may hold the event loop, by the same patterns; then it is interrupted. */
  budgets: z.record(z.string().max(300), budgetMs),
  /** Routes that are never interrupted for a budget, by the same patterns. */
  budgetExemptions: z.array(z.string().max(300)).max(1_000),
});
export type WatchSettings = z.infer<typeof watchSettings>;

/** Where reports go besides the editor; each is off when absent. Secrets come from the environment of the sidecar. */
export const deliverySettings = z.strictObject({
  /** Deliveries an hour for each group, the rest is counted. */
  perHour: z.int().min(1).max(10_000),
  /** One file per group in this folder. */
  folder: z.string().min(1).optional(),
  /** One line of JSON per delivery, appended to this file. */
  jsonLines: z.string().min(1).optional(),
  mail: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      /** TLS from the first byte; else STARTTLS where the server offers it. */
      secure: z.boolean(),
      from: z.string().min(1),
      to: z.array(z.string().min(1)).min(1).max(100),
    })
    .optional(),
  /** Gets a POST with a body that Slack understands. */
  webhook: z.url({ protocol: /^https?$/ }).optional(),
  /** One line of logfmt on the app's own standard error. */
  appLog: z.boolean(),
});
export type DeliverySettings = z.infer<typeof deliverySettings>;

/** One way that reports go, and how that went. */
const deliveryChannel = z.object({
  name: z.enum(['folder', 'jsonLines', 'mail', 'webhook', 'appLog']),
  delivered: z.int().min(0),
  /** Given up after the last try. */
  failed: z.int().min(0),
  /** Left out because too many were waiting. */
  dropped: z.int().min(0),
  /** Left out because their group had its share of this hour. */
  heldBack: z.int().min(0),
  waiting: z.int().min(0),
  lastError: z.string().optional(),
});
export type DeliveryChannel = z.infer<typeof deliveryChannel>;
export const deliveryStats = z.object({ channels: z.array(deliveryChannel) });
export type DeliveryStats = z.infer<typeof deliveryStats>;

/** Something the user should know about what Introspector itself could not do. */
export const notice = z.object({
  severity: z.enum(['info', 'warning']),
  source: z.enum(['journal', 'delivery', 'reattach', 'profile']),
  /** What happened and what to do, in one or two sentences. */
  message: z.string(),
});
export type Notice = z.infer<typeof notice>;

/** An attached process. */
export const target = z.object({
  id: z.string(),
  /** Short name for a status bar: the script's file name. */
  name: z.string(),
  pid: z.int(),
  hostname: z.string(),
  nodeVersion: z.string(),
  script: z.string(),
  workingDirectory: z.string(),
  inspector: z.object({ host: z.string(), port: z.int(), openedByUs: z.boolean() }),
  thresholdMs: durationMs,
  /** Processes of the same app before this one: it was started again so often while it was watched. */
  restarts: z.int().min(0),
  hooks: z.array(hookReport),
  state: targetState,
});
export type Target = z.infer<typeof target>;

/** Running figures of a target, sent about once a second. */
export const targetStats = z.object({
  targetId: z.string(),
  requestsSeen: z.int().min(0),
  requestsInFlight: z.int().min(0),
  slowRequests: z.int().min(0),
  /** Requests that are not watched for slowness, by route and reason: event streams, long polls, ignored by a rule. */
  ignored: z.array(z.object({ reason: z.string(), route: z.string(), count: z.int().positive() })),
  /** CPU time our code takes in the app, as a share of one core since the last figure. */
  agentCpuShare: z.number().min(0),
});
export type TargetStats = z.infer<typeof targetStats>;

/** Where a request's time went. The three add up to its duration. */
const timeSplit = z.object({ computingMs: durationMs, waitingMs: durationMs, heldUpMs: durationMs });
export type TimeSplit = z.infer<typeof timeSplit>;

/** A pending operation a request waits for. */
const wait = z.object({
  /** One of the field's words: timer, socket, http, dns, file system, child process, crypto. */
  kind: z.string(),
  /** What exactly: "timer of 3,000 ms", "GET http://127.0.0.1:8080/stock". */
  label: z.string(),
  durationMs,
  /** Innermost first, like every stack on this wire. Empty when none could be taken: see `stackMissing`. */
  frames: z.array(frame),
  stackMissing: z.string().optional(),
});
export type Wait = z.infer<typeof wait>;

/** Another request whose computing kept this one from running. */
const heldUpBy = z.object({ requestNumber: z.int(), method: z.string(), route: z.string(), durationMs });

const slowRequestState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running') }),
  z.object({ state: z.literal('finished'), statusCode: z.int() }),
  z.object({ state: z.literal('aborted') }),
  /** The target went away, or we let go of it, before the request ended. */
  z.object({ state: z.literal('unknown'), message: z.string() }),
]);
export type SlowRequestState = z.infer<typeof slowRequestState>;

const cause = z.enum(['computing', 'waiting', 'heldUp']);
export type Cause = z.infer<typeof cause>;

/** A header or a query parameter, its value redacted by name. */
export const namedValue = z.object({ name: z.string(), value: z.string() });
export type NamedValue = z.infer<typeof namedValue>;

/** What a request was doing when it was looked at; looks that found the same are folded into one. */
const look = z.object({
  /** Age of the request at the first of them. */
  atMs: durationMs,
  /** From the first of them to the last. */
  sameForMs: durationMs,
  count: z.int().positive(),
  cause,
  /** Guilty frame, or the innermost one. */
  frame: frame.optional(),
  /** What was waited for. */
  wait: z.string().optional(),
});
export type Look = z.infer<typeof look>;

/** How many of all looks stood in one place. */
const lookShare = z.object({
  share: z.number().min(0).max(1),
  looks: z.int().positive(),
  cause,
  frame: frame.optional(),
  wait: z.string().optional(),
});
export type LookShare = z.infer<typeof lookShare>;

/** Another request that was in flight at the same time. */
const otherRequest = z.object({ requestNumber: z.int(), method: z.string(), route: z.string(), durationMs });

/** Arguments and locals, arguments first, as text without secrets; where something is cut it says by which limit. */
const frameVariables = z.object({
  frame,
  variables: z.array(namedValue),
  /** What is missing and by which limit. */
  notCaptured: z.string().optional(),
});
export type FrameVariables = z.infer<typeof frameVariables>;

/** What the frames of the user's own code held, read in one pause of the app. */
const capturedVariables = z.object({
  /** Age of the request when it was paused. */
  atMs: durationMs,
  pauseMs: durationMs,
  /** What the app took to prepare for the pause. */
  enableMs: durationMs,
  /** Innermost first. */
  frames: z.array(frameVariables),
});
export type CapturedVariables = z.infer<typeof capturedVariables>;

/** One request over its threshold, as far as it is known; sent again whenever more is known. */
export const slowRequest = z.object({
  id: z.string(),
  targetId: z.string(),
  /** Number of the request within its target since attaching. */
  requestNumber: z.int(),
  method: z.string(),
  /** Path and query, secrets redacted by name. */
  url: z.string(),
  /** `/orders/:id`, as the framework names it, or the path with its ids templated. */
  route: z.string(),
  /** `https://shop.example:8443`, as the client asked for it; absent when it did not say. */
  origin: z.string().optional(),
  headers: z.array(namedValue),
  /** Parsed query. */
  query: z.array(namedValue),
  /** Group it belongs to: same route, cause and guilty frame. Changes when the cause does. */
  groupId: z.string(),
  level: z.enum(['slow', 'hung']),
  startedAtMs: epochMs,
  durationMs,
  thresholdMs: durationMs,
  state: slowRequestState,
  time: timeSplit,
  cause,
  /** The evidence for `cause`: innermost first. Empty when there is none; `notes` then says why. */
  frames: z.array(frame),
  /** Index in `frames` of the user's innermost frame; absent when no frame is the user's. */
  guiltyFrame: z.int().optional(),
  /** The pending operation behind `frames`, when the cause is waiting. */
  wait: wait.optional(),
  otherWaits: z.array(wait),
  heldUpBy: z.array(heldUpBy),
  /** Longest stretch it was seen to hold the event loop without a pause. */
  longestBlockMs: durationMs,
  /** How many requests this one kept from running. */
  victims: z.int().min(0),
  /** Oldest first: at the threshold, every second after it up to ten, and when it was hung. */
  looks: z.array(look),
  /** Where the looks found it, most first. */
  lookShares: z.array(lookShare),
  /** Other requests in flight at the newest look. */
  others: z.object({ count: z.int().min(0), shown: z.array(otherRequest) }),
  variables: capturedVariables.optional(),
  /** How it was stopped, when it was. */
  interruption: interruption.optional(),
  /** Timeboxes that fired in it. */
  boxes: requestBoxes.optional(),
  /** What could not be done or seen, in sentences. */
  notes: z.array(z.string()),
});
export type SlowRequest = z.infer<typeof slowRequest>;

/** What a source line shows: all that slow requests said about it. */
export const lineHint = z.object({
  /** Stable while attached: target, file, line and cause. */
  id: z.string(),
  targetId: z.string(),
  file: z.string(),
  line: position,
  /** Trimmed text of the line when the app ran it, to find it again after edits. */
  sourceLine: z.string().optional(),
  cause,
  /** `2.3 s blocking · GET /report · 14 requests waited` */
  text: z.string(),
  count: z.int().positive(),
  worstMs: durationMs,
  medianMs: durationMs,
  routes: z.array(z.string()),
  /** What is waited for, or how many waited: sentences for the hover. */
  details: z.array(z.string()),
  /** Slow request that showed it last. */
  slowRequestId: z.string(),
  isRunning: z.boolean(),
});
export type LineHint = z.infer<typeof lineHint>;

/** Slow requests with the same route, cause and guilty frame; its id is the same after restarts and when lines move. */
export const requestGroup = z.object({
  id: z.string(),
  targetId: z.string(),
  method: z.string(),
  route: z.string(),
  cause,
  /** Guilty frame of the newest; absent when no frame is the user's. */
  frame: frame.optional(),
  /** 0 when its only request turned out to belong to another group: there is no such group any more. */
  count: z.int().min(0),
  firstSeenAtMs: epochMs,
  lastSeenAtMs: epochMs,
  worstMs: durationMs,
  newestRequestId: z.string(),
  /** Of its requests, those in flight. */
  running: z.int().min(0),
});
export type RequestGroup = z.infer<typeof requestGroup>;

/** What is known of a journal without reading it all. */
export const journalInfo = z.object({
  /** Absolute path. */
  file: z.string(),
  target: z.object({ name: z.string(), pid: z.int(), hostname: z.string(), workingDirectory: z.string() }),
  startedAtMs: epochMs,
  /** Last line written. */
  lastAtMs: epochMs,
  bytes: z.int().min(0),
  /** True while a sidecar writes it. */
  isLive: z.boolean(),
});
export type JournalInfo = z.infer<typeof journalInfo>;
