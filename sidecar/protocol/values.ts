/**
 * The things the wire talks about. Each is declared once, as a schema; both sides take its type and its check from here.
 * Lines and columns are 1-based everywhere. `…AtMs` are milliseconds since 1970, `…Ms` durations in milliseconds.
 */
import * as z from 'zod';

const durationMs = z.number().min(0);
const epochMs = z.number();
const position = z.int().min(0);

/** Whose code a frame belongs to. `user` is everything that is not one of the others. */
const frameOrigin = z.enum(['user', 'package', 'node', 'native']);
export type FrameOrigin = z.infer<typeof frameOrigin>;

/** One call on a stack, at its original position when a source map leads there. */
const frame = z.object({
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
export type Frame = z.infer<typeof frame>;

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
  /** Its event loop does not take our calls: a native call, or the machine is starved. */
  z.object({ state: z.literal('notAnswering'), sinceMs: epochMs }),
  z.object({ state: z.literal('pausedByDebugger') }),
  z.object({
    state: z.literal('gone'),
    reason: z.enum(['exited', 'inspectorClosed', 'detached']),
    message: z.string(),
  }),
]);
export type TargetState = z.infer<typeof targetState>;

/** One thing the agent put into the app, or could not. */
/** What the agent hooks in the app: `notNeeded` where this app or its Node.js does without. */
const hookReport = z.object({
  name: z.string(),
  state: z.enum(['installed', 'notNeeded', 'failed']),
  detail: z.string().optional(),
});

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
