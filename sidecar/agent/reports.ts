/** What the agent and the sidecar say to each other. Types only: the sidecar checks every report where it arrives. */

/** What the agent looks for; given when it is installed, and again whenever it changes. */
export interface Policy {
  /** Requests in flight for longer are reported. */
  thresholdMs: number;
  /** Rules for routes, in order: the first that matches holds. `METHOD pattern`, or a pattern for all methods. */
  routes: { pattern: string; thresholdMs: number | 'ignore' }[];
  /** Names whose values are secrets, besides those that always are. */
  redactNames: string[];
  /** How long a request may hold the event loop, by its route. */
  budgets: { pattern: string; thresholdMs: number }[];
  /** Patterns of routes that have no budget, whatever else is said of them. */
  budgetExemptions: string[];
}

/** Given once, when the agent is installed. */
export interface AgentSettings {
  policy: Policy;
  /** The agent takes itself out when nobody has drained it for this long. */
  abandonedAfterMs: number;
  /** True when the inspector was closed before the sidecar came, so that it has to be closed again. */
  ownsInspector: boolean;
  profiling: ProfilingSettings;
}

/** How requests are profiled, given when the agent is installed. */
export interface ProfilingSettings {
  /** What a client has to know to have its own request profiled. */
  token: string;
  /** Ids of profiles are this and a number. */
  idPrefix: string;
  samplingIntervalUs: number;
  /** After which the profile of a request that has not ended is cut. */
  maxDurationMs: number;
}

/** Given with every drain. */
export interface Instructions {
  /** A debugger holds the app at a breakpoint: what stands on the stack is not to be held against the request. */
  paused: boolean;
  /** Connections whose request lies unread in the kernel, as the sidecar sees them from outside. */
  queued: QueuedConnection[];
}

export interface QueuedConnection {
  localPort: number;
  remotePort: number;
  waitedMs: number;
}

/** One hook, and whether it took hold. */
export interface HookState {
  name: string;
  state: 'installed' | 'notNeeded' | 'failed';
  detail?: string;
}

/** A position as V8 gives it: generated code, 1-based, innermost frame first in every list. */
export interface RawFrame {
  functionName: string;
  file: string;
  line: number;
  column: number;
  isAsync: boolean;
}

/** A stack seen while a request computed. */
export interface Look {
  frames: RawFrame[];
  /** Loop time this stack stands for. */
  weightMs: number;
  count: number;
  /** The stack of the call that led here begins at this index of `frames`; in between lies an `await`. */
  calledFromAt?: number;
}

/** An operation a request has started and that has not ended. */
export interface PendingWait {
  id: number;
  kind: string;
  label: string;
  startedAtMs: number;
  frames: RawFrame[];
  /** Why `frames` is empty. */
  stackMissing?: string;
}

/** What the client asked, its secrets redacted. */
export interface RequestDetails {
  /** `http://host:port`; absent when the client did not say. */
  origin?: string;
  headers: NamedValue[];
  query: NamedValue[];
}

export interface NamedValue {
  name: string;
  value: string;
}

/** A request in flight, slow or not. */
export interface InFlight {
  requestNumber: number;
  method: string;
  route: string;
  startedAtMs: number;
}

/** Requests that are not watched for slowness. */
export interface Ignored {
  /** `event stream`, `long poll`, `rule` … */
  reason: string;
  route: string;
  count: number;
}

/** How long a timebox was to take, and how long it took. */
interface BoxFigures {
  budgetMs: number;
  elapsedMs: number;
  overrunMs: number;
}

/** One timebox that fired. */
export interface FiredBox extends BoxFigures {
  isAsync: boolean;
  /** Where it was called and by whom, innermost first. */
  frames: RawFrame[];
}

/** What the timeboxes called in one place did since the last report. */
export interface BoxReport {
  /** This and the next two of the newest that fired; of the newest near miss when none has. */
  frames: RawFrame[];
  isAsync: boolean;
  budgetMs: number;
  fired: number;
  nearMisses: number;
  worstFired?: BoxFigures;
  worstNear?: BoxFigures;
}

export interface HoldUp {
  requestNumber: number;
  method: string;
  route: string;
  durationMs: number;
}

/** What is known of why a request is slow; left out of a report when nothing of it changed since the last one. */
export interface Evidence {
  looks: Look[];
  waits: PendingWait[];
  /** Stack of the newest operation that has ended, when none is pending. */
  lastWait?: PendingWait;
  waitsLeftOut: number;
  /** Timeboxes that fired in the request, oldest first; absent when none has. */
  boxes?: { fired: FiredBox[]; leftOut: number };
}

export type RequestEnd = { kind: 'finished'; statusCode: number } | { kind: 'aborted' };

/** One request over the threshold. */
export interface RequestReport {
  requestNumber: number;
  method: string;
  url: string;
  route: string;
  startedAtMs: number;
  durationMs: number;
  computingMs: number;
  heldUpMs: number;
  heldUpBy: HoldUp[];
  /** Longest stretch it was seen to hold the event loop. */
  longestBlockMs: number;
  victims: number;
  /** What was slow for it: its route may have a threshold of its own. */
  thresholdMs: number;
  /** Only in the first report of a request. */
  details?: RequestDetails;
  evidence?: Evidence;
  end?: RequestEnd;
}

/** What the event loop was doing when the agent was called. */
export interface LoopState {
  /** Number of the request whose JavaScript was running; absent for other work. */
  requestNumber?: number;
  /** How long it may, when its route has a budget. */
  budgetMs?: number;
  /** How long this stretch of JavaScript has been running, at least. */
  ranForMs: number;
  /** Main-thread CPU time used since the drain before; next to none in a stretch means a debugger's pause. */
  cpuMs: number;
  /** Name of the innermost function. */
  innermost: string;
}

/** Answer to a drain. */
export interface AgentReport {
  /** False once the agent has taken itself out. */
  installed: boolean;
  /** Time of this report, in milliseconds since 1970. */
  atMs: number;
  requestsSeen: number;
  requestsInFlight: number;
  running?: LoopState;
  /** Share of the time since the last drain that the event loop was busy, 0 to 1. */
  busyShare: number;
  /** Age of the oldest request in flight; 0 when there is none. */
  oldestMs: number;
  requests: RequestReport[];
  /** The oldest requests in flight. */
  inFlight: InFlight[];
  /** Since the agent was installed, the most frequent. */
  ignored: Ignored[];
  /** Requests over their threshold that this answer had no room for, or that were forgotten since the last one. */
  leftOut: number;
  /** Ids of profiles that are ready to be taken. */
  profiles: string[];
  /** Why requests that should have been were not profiled, since the last drain. */
  profilingProblems: string[];
  /** Timeboxes that fired or came near to it, since the last drain; absent when none has. */
  boxes?: { places: BoxReport[]; leftOut: number };
  /** CPU time the agent's own code took since it was installed. */
  ownCostMs: number;
}

/** Said when the debugger is on, before a pause. */
export interface Readiness {
  /** What it took to switch the debugger on. */
  enableMs: number;
  /** Why there is to be no pause: the end of a sentence. */
  obstacle?: string;
}

/** Said during a pause. */
export interface Reading {
  /** Why nothing was read. */
  obstacle?: string;
  /** Age of the request. */
  ageMs: number;
  /** Innermost first. */
  frames: FrameVariables[];
}

/** Arguments and locals of one frame, as text, their secrets redacted. */
export interface FrameVariables {
  variables: NamedValue[];
  /** What is missing and by which limit. */
  notCaptured?: string;
}

/** What the client of a request that was stopped gets in place of the app's answer. */
export type InsteadAnswer = 'sent503' | 'connectionCut' | 'clientGone';

/** Answer to the order to stop a request that holds the event loop. */
export interface InterruptOutcome {
  /** Why nothing was done: the end of a sentence. */
  obstacle?: string;
  stopped?: {
    answer: InsteadAnswer;
    /** Age of the request. */
    ageMs: number;
    /** Whether it had begun before the agent came, so that these times are too short. */
    beganUnseen: boolean;
    /** How long it had held the event loop. */
    blockedMs: number;
    frames: RawFrame[];
  };
}

/** Answer to the order to end a request that waits. */
export interface EndOutcome {
  obstacle?: string;
  ended?: EndedRequest;
}

export interface EndedRequest {
  answer: InsteadAnswer;
  ageMs: number;
  /** Timeboxes whose signals were fired. */
  boxes: number;
}

/** Answer to an uninstall. */
export interface UninstallReport {
  undone: string[];
  /** What could not be restored because somebody else changed it after us. */
  kept: string[];
  inspector: 'closing' | 'leftToAnotherAgent' | 'leftOpen';
}
