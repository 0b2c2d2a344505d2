/** Standing still for some milliseconds so that the sidecar can read arguments and locals: the app's side of it. */
import type { LoopAccounts } from './loopAccounts';
import type { FrameVariables, Readiness, Reading } from './reports';
import type { RequestRecord } from './requests';
import type { Clock, Load } from './runtime';
import { capture, materialise } from './stacks';
import { keyText, notCaptured, ValueText } from './valueText';

/** A pause grows with the stack: 6 ms at 100 calls, 30 ms at 1,000, measured on Node 18 to 26. */
const MAX_STACK = 200;
/** Our own calls on top of the app's, with room to spare. */
const OWN_FRAMES = 10;
const OVER = 'it did not hold the event loop any more';
/** For all frames together. */
const MAX_READING_MS = 10;
const MAX_VARIABLES = 40;
const MAX_TEXT_LENGTH = 4_000;

/** What is known of the app around it. */
interface Surroundings {
  /** The request whose JavaScript runs. */
  running(): RequestRecord | undefined;
  /** Whether no other agent is in the app. */
  isAlone(): boolean;
}

export class Standstill {
  private markMs = 0;

  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
    private readonly accounts: LoopAccounts,
    private readonly around: Surroundings,
  ) {}

  /** Called right before the debugger is switched on, and right before the pause. */
  mark(): void {
    this.markMs = this.clock.nowMs();
  }

  /** Called right after the debugger was switched on. @returns JSON of Readiness */
  ready(requestNumber: number): string {
    const readiness: Readiness = { enableMs: this.sinceMark() };
    const obstacle = this.obstacle(requestNumber);
    if (obstacle !== undefined) readiness.obstacle = obstacle;
    return JSON.stringify(readiness);
  }

  /**
   * Called during the pause.
   *
   * @param scopeCounts JSON: how many of the scopes belong to each frame, innermost frame first
   * @param scopes what V8 gives for each: an object with the variables as properties, innermost scope first
   * @returns JSON of Reading
   */
  read(requestNumber: number, scopeCounts: string, scopes: object[]): string {
    const record = this.around.running();
    const nowMs = this.clock.nowMs();
    const reading: Reading = { ageMs: 0, frames: [] };
    if (record?.number === requestNumber) {
      reading.ageMs = Math.max(0, nowMs - record.startedMs);
      reading.frames = this.framesOf(JSON.parse(scopeCounts), scopes, nowMs + MAX_READING_MS);
    } else reading.obstacle = OVER;
    return JSON.stringify(reading);
  }

  /** Called right after the pause. @returns how long it was at the most, in milliseconds */
  stood(): number {
    return this.sinceMark();
  }

  /** What is ours is not held against the request. */
  private sinceMark(): number {
    const durationMs = this.clock.nowMs() - this.markMs;
    this.accounts.discount(durationMs);
    return durationMs;
  }

  private obstacle(requestNumber: number): string | undefined {
    if (this.around.running()?.number !== requestNumber) return OVER;
    if (materialise(capture(MAX_STACK + OWN_FRAMES)).length > MAX_STACK)
      return `its stack is deeper than ${MAX_STACK} calls`;
    return this.around.isAlone() ? undefined : 'another editor watches this app, too';
  }

  private framesOf(counts: number[], scopes: object[], endMs: number): FrameVariables[] {
    const text = new ValueText(this.load('util'), () => this.clock.nowMs() > endMs);
    let at = 0;
    return counts.map(count => {
      const own = scopes.slice(at, at + count);
      at += count;
      return variablesIn(own, text);
    });
  }
}

/** Arguments come first, since V8 gives them first; of variables with the same name the innermost is seen. */
function variablesIn(scopes: readonly object[], text: ValueText): FrameVariables {
  const scopeOf = new Map<string, object>();
  for (const scope of [...scopes].reverse()) for (const name of Object.keys(scope)) scopeOf.set(name, scope);
  const shown = [...scopeOf].slice(0, MAX_VARIABLES);
  const variables = shown.map(([name, scope]) => ({ name: keyText(name), value: valueIn(scope, name, text) }));
  const missing = scopeOf.size - shown.length;
  return missing > 0 ? { variables, notCaptured: notCaptured(`items, ${missing} more`) } : { variables };
}

function valueIn(scope: object, name: string, text: ValueText): string {
  let value: unknown;
  try {
    value = Object.getOwnPropertyDescriptor(scope, name)?.value;
  } catch {
    // What is declared by `let` or `const` further down.
    return notCaptured('not initialised yet');
  }
  return text.of(name, value).slice(0, MAX_TEXT_LENGTH);
}
