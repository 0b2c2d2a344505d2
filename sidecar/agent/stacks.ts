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
  const holder: StackHolder = {};
  const previous = Error.stackTraceLimit;
  let isChanged = false;
  try {
    // Changes nothing on a frozen Error: the app's own limit then holds.
    isChanged = Reflect.set(Error, 'stackTraceLimit', limit);
    Error.captureStackTrace(holder, capture);
  } catch {
    // The app has put something of its own in their place, which throws.
  } finally {
    if (isChanged) Reflect.set(Error, 'stackTraceLimit', previous);
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
  let frames: RawFrame[] = [];
  withOwnFormatter(() => {
    const { stack } = holder;
    if (Array.isArray(stack)) frames = stack.filter(frame => frame.file !== AGENT_SOURCE_URL);
  });
  holder.frames = frames;
  holder.stack = undefined;
  return frames;
}

/**
 * Spells out a stack that somebody else has recorded, and leaves its holder as it is.
 *
 * @param holder of a `stack`
 * @returns frames, innermost first; out of its text when somebody has had it formatted before; empty when there is none
 */
export function spelledOut(holder: { stack?: unknown }): RawFrame[] {
  let frames: RawFrame[] | undefined;
  let stack: unknown;
  try {
    withOwnFormatter(
      () => {
        stack = holder.stack;
      },
      formatted => {
        frames = formatted;
      },
    );
  } catch {
    // Not V8's stack, but something of the app's, which throws.
  }
  return frames ?? (typeof stack === 'string' ? framesOfText(stack) : []);
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

function withOwnFormatter(read: () => void, onFormatted: (frames: RawFrame[]) => void = () => {}): void {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const format = (_: unknown, sites: CallSite[]) => {
    const frames = sites.map(rawFrame);
    onFormatted(frames);
    return frames;
  };
  const ours = { value: format, configurable: true, writable: true };
  // On a frozen Error the app's formatter would run: better no stack.
  if (!Reflect.defineProperty(Error, 'prepareStackTrace', ours)) return;
  try {
    read();
  } finally {
    if (descriptor) Reflect.defineProperty(Error, 'prepareStackTrace', descriptor);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
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
