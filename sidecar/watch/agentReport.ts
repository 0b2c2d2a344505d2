/** The border to the app: every word of the agent is checked here, since the app may have changed it. */
import * as z from 'zod';
import type {
  AgentReport,
  EndOutcome,
  HookState,
  InterruptOutcome,
  Readiness,
  Reading,
  UninstallReport,
} from '../agent/reports';

const text = z.string().max(4_000);
const durationMs = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const count = z.int().min(0);

const rawFrame = z.object({
  functionName: text,
  file: text,
  line: z.int().min(0),
  column: z.int().min(0),
  isAsync: z.boolean(),
});
const frames = z.array(rawFrame).max(200);

const pendingWait = z.object({
  id: z.number(),
  kind: text,
  label: text,
  startedAtMs: z.number(),
  frames,
  stackMissing: text.optional(),
});

const boxFigures = z.object({ budgetMs: durationMs, elapsedMs: durationMs, overrunMs: durationMs });
const firedBox = boxFigures.extend({ isAsync: z.boolean(), frames });

const boxReport = z.object({
  frames,
  isAsync: z.boolean(),
  budgetMs: durationMs,
  fired: count,
  nearMisses: count,
  worstFired: boxFigures.optional(),
  worstNear: boxFigures.optional(),
});

const namedValues = z.array(z.object({ name: text, value: text })).max(200);

const requestReport = z.object({
  requestNumber: count,
  method: text,
  url: text,
  route: text,
  startedAtMs: z.number(),
  durationMs,
  computingMs: durationMs,
  heldUpMs: durationMs,
  heldUpBy: z.array(z.object({ requestNumber: count, method: text, route: text, durationMs })).max(1_000),
  longestBlockMs: durationMs,
  victims: count,
  thresholdMs: durationMs,
  details: z.object({ origin: text.optional(), headers: namedValues, query: namedValues }).optional(),
  evidence: z
    .object({
      looks: z.array(z.object({ frames, weightMs: durationMs, count, calledFromAt: count.optional() })).max(100),
      waits: z.array(pendingWait).max(100),
      lastWait: pendingWait.optional(),
      waitsLeftOut: count,
      boxes: z.object({ fired: z.array(firedBox).max(100), leftOut: count }).optional(),
    })
    .optional(),
  end: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('finished'), statusCode: z.int() }),
      z.object({ kind: z.literal('aborted') }),
    ])
    .optional(),
});

const agentReport = z.object({
  installed: z.boolean(),
  atMs: z.number(),
  requestsSeen: count,
  requestsInFlight: count,
  running: z
    .object({
      requestNumber: count.optional(),
      budgetMs: durationMs.optional(),
      ranForMs: durationMs,
      cpuMs: z.number(),
      innermost: text,
    })
    .optional(),
  busyShare: z.number(),
  oldestMs: z.number(),
  requests: z.array(requestReport).max(1_000),
  inFlight: z.array(z.object({ requestNumber: count, method: text, route: text, startedAtMs: z.number() })).max(100),
  ignored: z.array(z.object({ reason: text, route: text, count: z.int().positive() })).max(100),
  leftOut: count,
  profiles: z.array(text).max(100),
  profilingProblems: z.array(text).max(1_000),
  boxes: z.object({ places: z.array(boxReport).max(100), leftOut: count }).optional(),
  ownCostMs: durationMs,
}) satisfies z.ZodType<AgentReport>;

const hookStates = z
  .array(z.object({ name: text, state: z.enum(['installed', 'notNeeded', 'failed']), detail: text.optional() }))
  .max(100) satisfies z.ZodType<HookState[]>;

const readiness = z.object({ enableMs: durationMs, obstacle: text.optional() }) satisfies z.ZodType<Readiness>;

const reading = z.object({
  obstacle: text.optional(),
  ageMs: durationMs,
  frames: z.array(z.object({ variables: namedValues, notCaptured: text.optional() })).max(100),
}) satisfies z.ZodType<Reading>;

const answer = z.enum(['sent503', 'connectionCut', 'clientGone']);

const interruptOutcome = z.object({
  obstacle: text.optional(),
  stopped: z.object({ answer, beganUnseen: z.boolean(), ageMs: durationMs, blockedMs: durationMs, frames }).optional(),
}) satisfies z.ZodType<InterruptOutcome>;

const endOutcome = z.object({
  obstacle: text.optional(),
  ended: z.object({ answer, ageMs: durationMs, boxes: count }).optional(),
}) satisfies z.ZodType<EndOutcome>;

const uninstallReport = z.object({
  undone: z.array(text).max(100),
  kept: z.array(text).max(100),
  inspector: z.enum(['closing', 'leftToAnotherAgent', 'leftOpen']),
}) satisfies z.ZodType<UninstallReport>;

/** @throws when it is not what an agent says */
export function decodeReport(json: unknown): AgentReport {
  return agentReport.parse(JSON.parse(String(json)));
}

const ids = z.array(text).max(100);

/** @throws when it is not what an agent says */
export function decodeIds(json: unknown): string[] {
  return ids.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeHooks(json: unknown): HookState[] {
  return hookStates.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeUninstall(json: unknown): UninstallReport {
  return uninstallReport.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeReadiness(json: unknown): Readiness {
  return readiness.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeReading(json: unknown): Reading {
  return reading.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeInterruptOutcome(json: unknown): InterruptOutcome {
  return interruptOutcome.parse(JSON.parse(String(json)));
}

/** @throws when it is not what an agent says */
export function decodeEndOutcome(json: unknown): EndOutcome {
  return endOutcome.parse(JSON.parse(String(json)));
}
