/** Gathers what slow requests say about source lines: one hint for each line and cause. */
import type { LineHint, SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { causeMs, causeText, victimsText } from './causeText';

/** Lines shown at the most, the worst first; beyond them an editor shows noise. */
const MAX_HINTS = 200;
/** Requests remembered of one line, for its median. */
const MAX_REQUESTS_A_LINE = 100;

interface Line {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  /** What each request adds, the newest last. */
  readonly shares: Map<string, Share>;
  newest: SlowRequest;
  /** Requests that were forgotten to make room. */
  forgotten: number;
  worstForgottenMs: number;
}

interface Share {
  durationMs: number;
  route: string;
  victims: number;
  isRunning: boolean;
}

export class LineHints {
  private readonly lines = new Map<string, Line>();
  private readonly lineOfRequest = new Map<string, string>();

  /** Takes the newest state of a slow request; it leaves the line it was on if its guilty line is another now. */
  add(slowRequest: SlowRequest): void {
    const key = keyOf(slowRequest);
    const before = this.lineOfRequest.get(slowRequest.id);
    if (before !== undefined && before !== key) this.leave(slowRequest.id, before);
    const frame = slowRequest.frames[slowRequest.guiltyFrame ?? -1];
    if (key === undefined || frame === undefined) return;
    const line = this.lines.get(key) ?? newLine(key, frame.file, frame.line, slowRequest);
    this.lines.set(key, line);
    this.lineOfRequest.set(slowRequest.id, key);
    line.newest = slowRequest;
    if (!line.shares.delete(slowRequest.id) && before === key) line.forgotten -= 1;
    line.shares.set(slowRequest.id, shareOf(slowRequest));
    this.forgetOldest(line);
  }

  /** @returns all hints, the worst first */
  all(): LineHint[] {
    return [...this.lines.values()]
      .map(hintOf)
      .sort((a, b) => b.worstMs - a.worstMs)
      .slice(0, MAX_HINTS);
  }

  private leave(requestId: string, key: string): void {
    this.lineOfRequest.delete(requestId);
    const line = this.lines.get(key);
    if (line === undefined) return;
    if (!line.shares.delete(requestId)) line.forgotten -= 1;
    if (line.shares.size === 0) this.lines.delete(key);
  }

  private forgetOldest(line: Line): void {
    const [oldest] = line.shares;
    if (line.shares.size <= MAX_REQUESTS_A_LINE || oldest === undefined) return;
    const [id, { durationMs, isRunning }] = oldest;
    line.shares.delete(id);
    // One that runs will be told of again, and must not count twice.
    if (!isRunning) this.lineOfRequest.delete(id);
    line.forgotten += 1;
    line.worstForgottenMs = Math.max(line.worstForgottenMs, durationMs);
  }
}

function newLine(key: string, file: string, line: number, newest: SlowRequest): Line {
  return { key, file, line, shares: new Map(), newest, forgotten: 0, worstForgottenMs: 0 };
}

function shareOf(slowRequest: SlowRequest): Share {
  const { method, route, victims, state } = slowRequest;
  return {
    durationMs: causeMs(slowRequest),
    route: `${method} ${route}`,
    victims,
    isRunning: state.state === 'running',
  };
}

/** A request that was held up says nothing about a line of its own: it counts as a victim of the other's. */
function keyOf({ targetId, frames, guiltyFrame, cause }: SlowRequest): string | undefined {
  const frame = frames[guiltyFrame ?? -1];
  if (frame === undefined || cause === 'heldUp') return undefined;
  return `${targetId}:${frame.file}:${frame.line}:${cause}`;
}

function hintOf({ key, file, line, shares, newest, forgotten, worstForgottenMs }: Line): LineHint {
  const all = [...shares.values()];
  const durations = all.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const worstMs = Math.max(worstForgottenMs, durations.at(-1) ?? 0);
  const routes = [...new Set(all.map(({ route }) => route).reverse())];
  const victims = all.reduce((sum, share) => sum + share.victims, 0);
  const { sourceLine } = newest.frames[newest.guiltyFrame ?? -1] ?? {};
  return {
    id: key,
    targetId: newest.targetId,
    file,
    line,
    ...(sourceLine === undefined ? {} : { sourceLine }),
    cause: newest.cause,
    text: causeText({ ...newest, victims }, worstMs, routes),
    count: all.length + forgotten,
    worstMs,
    medianMs: durations[Math.floor(durations.length / 2)] ?? 0,
    routes,
    details: detailsOf(newest, victims),
    slowRequestId: newest.id,
    isRunning: all.some(({ isRunning }) => isRunning),
  };
}

function detailsOf({ wait, notes, longestBlockMs, cause }: SlowRequest, victims: number): string[] {
  const details: string[] = [];
  if (wait !== undefined) details.push(`Waiting for ${wait.label}, ${exactMs(wait.durationMs)}.`);
  if (cause === 'computing' && longestBlockMs > 0) {
    details.push(`Held the event loop for ${exactMs(longestBlockMs)} without a pause.`);
  }
  const waited = victimsText(victims);
  if (waited !== undefined) details.push(`${waited} because of it.`);
  return [...details, ...notes];
}
