/** Reads a stack that somebody has had spelled out before us: V8's text is all that is left of it then. */
import type { RawFrame } from './reports';

/** Applications may raise V8's limit of 10; a report needs no more. */
const MAX_FRAMES = 40;
const MAX_TEXT_LENGTH = 20_000;
const MAX_NAME_LENGTH = 200;
const MAX_FILE_LENGTH = 1_000;
const MAX_LINE = 100_000_000;

/**
 * @param text as V8 formats stacks: `    at listOrders (/srv/orders.js:17:22)`, one frame a line
 * @returns its frames, innermost first; none when the app formats stacks in a way of its own
 */
export function framesOfText(text: string): RawFrame[] {
  const frames: RawFrame[] = [];
  for (const line of text.slice(0, MAX_TEXT_LENGTH).split('\n')) {
    const trimmed = line.trim();
    if (frames.length < MAX_FRAMES && trimmed.startsWith('at ')) frames.push(frameOf(trimmed.slice('at '.length)));
  }
  return frames;
}

/** @param text `async listOrders (/srv/orders.js:17:22)`, or the place alone where the function has no name */
function frameOf(text: string): RawFrame {
  const isAsync = text.startsWith('async ');
  const call = isAsync ? text.slice('async '.length) : text;
  const placeAt = call.endsWith(')') ? call.indexOf(' (') : -1;
  const place = placeOf(placeAt < 0 ? call : call.slice(placeAt + ' ('.length, -1));
  const name = placeAt < 0 && place !== undefined ? '' : call.slice(0, placeAt < 0 ? undefined : placeAt);
  return { functionName: plainName(name), ...(place ?? { file: '', line: 0, column: 0 }), isAsync };
}

function placeOf(text: string): Pick<RawFrame, 'file' | 'line' | 'column'> | undefined {
  const columnAt = text.lastIndexOf(':');
  const lineAt = text.lastIndexOf(':', columnAt - 1);
  if (lineAt <= 0) return undefined;
  const line = Number(text.slice(lineAt + 1, columnAt));
  const column = Number(text.slice(columnAt + 1));
  if (!isPosition(line) || !isPosition(column)) return undefined;
  return { file: text.slice(0, lineAt).slice(0, MAX_FILE_LENGTH), line, column };
}

function isPosition(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < MAX_LINE;
}

/** V8's text names the type, too: `Object.handler`, `Object.<anonymous>`. */
function plainName(name: string): string {
  const plain = name.startsWith('Object.') ? name.slice('Object.'.length) : name;
  return plain === '<anonymous>' ? '' : plain.slice(0, MAX_NAME_LENGTH);
}
