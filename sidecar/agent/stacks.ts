/** Stacks: taken cheaply when something happens (2 to 5 µs), spelled out only for what turns out slow. */
import type { RawFrame } from './reports';
import { AGENT_SOURCE_URL } from './sourceUrl';
import { framesOfText } from './stackText';

/** Holds a stack that V8 has recorded but not yet formatted. */
export interface StackHolder {
  stack?: unknown;
  frames?: RawFrame[];
}

type CallSite = NodeJS.CallSite & { isAsync?: () => boolean };

const FOREIGN_SCHEMES = ['node:', 'wasm:', 'evalmachine.', 'introspector:'];

const MAX_NAME_LENGTH = 200;
const MAX_FILE_LENGTH = 1000;

/**
 * Records the current stack. With V8's default limit of 10, about six frames go to Node's internals and the callers are
 * lost; at 40 the whole `async` caller chain is there.
 *
 * @param limit frames to keep at the most, the agent's own among them
 */
export function capture(limit: number): StackHolder {
  restoreBorrowed();
  const holder: StackHolder = {};
  const previous = Error.stackTraceLimit;
  try {
    borrowed.limit = { value: previous };
    // Changes nothing on a frozen Error: the app's own limit then holds.
    if (!Reflect.set(Error, 'stackTraceLimit', limit)) borrowed.limit = undefined;
    Error.captureStackTrace(holder, capture);
  } catch {
    // The app has put something of its own in their place, which throws.
  } finally {
    restoreBorrowed();
  }
  return holder;
}

/**
 * Spells a recorded stack out as V8 sees it: the app's own `Error.prepareStackTrace` (source-map-support and its like)
 * must not run here, so ours stands in for it while V8 formats.
 *
 * @returns frames without the agent's own, innermost first; empty when the stack cannot be read
 */
export function materialise(holder: StackHolder): RawFrame[] {
  if (holder.frames) return holder.frames;
  const { frames = [] } = readFormatted(holder);
  holder.frames = frames.filter(frame => frame.file !== AGENT_SOURCE_URL);
  holder.stack = undefined;
  return holder.frames;
}

/**
 * Spells out a stack that somebody else has recorded, and leaves its holder as it is.
 *
 * @param holder of a `stack`
 * @returns frames, innermost first; out of its text when somebody has had it formatted before; empty when there is none
 */
export function spelledOut(holder: { stack?: unknown }): RawFrame[] {
  try {
    const { frames, stack } = readFormatted(holder);
    return frames ?? (typeof stack === 'string' ? framesOfText(stack) : []);
  } catch {
    // Not V8's stack, but something of the app's, which throws.
    return [];
  }
}

/** @returns true when a frame of the app itself is among them: not of a package, of Node.js or of native code */
export function hasOwnCode(frames: readonly RawFrame[]): boolean {
  return frames.some(isOwnCode);
}

export function isOwnCode({ file }: RawFrame): boolean {
  return !isForeign(file) && !file.includes('node_modules');
}

/** @returns true for code of Node.js, of V8 and of nobody known */
export function isForeign(file: string): boolean {
  return file === '' || FOREIGN_SCHEMES.some(scheme => file.startsWith(scheme));
}

/**
 * What stands in for something of the app's at this moment. A timebox or `vm` time-out of the app ends our code, too,
 * wherever it is and without its `finally`: what is found here later is put back then.
 */
const borrowed: {
  limit: { value: number } | undefined;
  formatter: { before: PropertyDescriptor | undefined } | undefined;
} = { limit: undefined, formatter: undefined };

/** Puts back what was left in the app's `Error` because our code was ended in the middle. */
export function restoreBorrowed(): void {
  const { limit, formatter } = borrowed;
  if (limit !== undefined) Reflect.set(Error, 'stackTraceLimit', limit.value);
  borrowed.limit = undefined;
  if (formatter?.before !== undefined) Reflect.defineProperty(Error, 'prepareStackTrace', formatter.before);
  else if (formatter !== undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  borrowed.formatter = undefined;
}

function readFormatted(holder: { stack?: unknown }): { stack: unknown; frames: RawFrame[] | undefined } {
  restoreBorrowed();
  let frames: RawFrame[] | undefined;
  const format = (error: unknown, sites: CallSite[]) => {
    if (error !== holder) return formattedForApp(error, sites);
    frames = sites.map(rawFrame);
    return frames;
  };
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  borrowed.formatter = { before };
  try {
    // On a frozen Error the app's formatter would run: better no stack.
    const ours = { value: format, configurable: true, writable: true };
    if (Reflect.defineProperty(Error, 'prepareStackTrace', ours)) return { stack: holder.stack, frames };
    borrowed.formatter = undefined;
    return { stack: undefined, frames };
  } finally {
    restoreBorrowed();
  }
}

/** Ours was left in its place: this error is the app's, and gets the stack that it would have without us. */
function formattedForApp(error: unknown, sites: CallSite[]): unknown {
  restoreBorrowed();
  const { prepareStackTrace } = Error;
  if (typeof prepareStackTrace === 'function') return prepareStackTrace(error as Error, sites);
  return [String(error), ...sites.map(site => `    at ${site}`)].join('\n');
}

function rawFrame(site: CallSite): RawFrame {
  const file = site.getScriptNameOrSourceURL() ?? '';
  const name = site.getFunctionName() ?? '';
  // Built-ins have no file; their type says more than their name: RegExp.test, Array.map.
  const type = file === '' && !name.includes('.') ? site.getTypeName() : null;
  return {
    functionName: (type ? `${type}.${name}` : name).slice(0, MAX_NAME_LENGTH),
    file: file.slice(0, MAX_FILE_LENGTH),
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
    isAsync: site.isAsync?.() ?? false,
  };
}
