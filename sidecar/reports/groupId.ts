/** Which slow requests belong together: a name for them that survives restarts, other machines and moved lines. */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { SlowRequest, Target } from '../protocol/values';

const HEX_DIGITS = 10;

export type AppIdentity = Pick<Target, 'script' | 'workingDirectory'>;
type Grouped = Pick<SlowRequest, 'method' | 'route' | 'cause' | 'frames' | 'guiltyFrame' | 'wait'>;

/** Routes times kinds of operations that a stack is known of; what was seen longest ago is forgotten. */
const MAX_KNOWN = 1_000;

/**
 * Names the groups of one app. Under load the agent takes a stack of some operations only: a request without one joins
 * those that waited for the same kind of operation in the same route, and whose stack is known.
 */
export class GroupNames {
  private readonly known = new Map<string, string>();

  constructor(private readonly app: AppIdentity) {}

  /** @returns see groupId */
  nameOf(slowRequest: Grouped): string {
    const { method, route, cause, wait, guiltyFrame } = slowRequest;
    const own = groupId(slowRequest, this.app);
    if (cause !== 'waiting' || wait === undefined) return own;
    const key = `${method} ${route} ${wait.kind}`;
    if (guiltyFrame === undefined) return wait.stackMissing === undefined ? own : (this.known.get(key) ?? own);
    this.known.delete(key);
    this.known.set(key, own);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    return own;
  }
}

/** @returns 10 hex digits: the same for the same app, route, cause and guilty line of code, wherever that line stands */
export function groupId(slowRequest: Grouped, app: AppIdentity): string {
  const { method, route, cause } = slowRequest;
  const script = pathIn(app.workingDirectory, app.script);
  const parts = [script, method, route, cause, ...placeOf(slowRequest, app.workingDirectory)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HEX_DIGITS);
}

/** The traceback of one that was held up is that of another request. */
function placeOf({ cause, frames, guiltyFrame, wait }: Grouped, workingDirectory: string): string[] {
  const frame = frames[guiltyFrame ?? -1];
  if (cause === 'heldUp') return [];
  if (frame === undefined) return wait === undefined ? [] : [wait.kind, withoutNumbers(wait.label)];
  return [pathIn(workingDirectory, frame.file), frame.functionName, frame.sourceLine?.trim() ?? ''];
}

function pathIn(workingDirectory: string, file: string): string {
  return relative(workingDirectory, file).replaceAll('\\', '/');
}

/** Ports, process ids and durations differ from time to time. */
function withoutNumbers(label: string): string {
  return label.replace(/\d[\d.,]*/g, '#');
}
