/** Whether JavaScript may be cut off where it stands: not in the middle of what others go on to use. */
import type { RawFrame } from './reports';
import { isOwnCode } from './stacks';

/** What V8 calls the built-ins that run a regular expression. They hold nothing that could stay half-way. */
const ON_STRINGS = new Set(
  ['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split'].map(name => `String.${name}`),
);
const PACKAGES = 'node_modules';
const MAX_FRAMES = 60;

/**
 * @param frames of the running JavaScript, innermost first
 * @returns why it must not be cut off: the end of a sentence; undefined when the innermost frame is the app's own code,
 *   or a regular expression that the app or a package runs
 */
export function obstacleIn(frames: readonly RawFrame[]): string | undefined {
  const running = frames[0]?.functionName ?? '';
  const runsRegExp = running.startsWith('RegExp.') || ON_STRINGS.has(running);
  const innermost = frames.find(({ file }) => file !== '');
  if (innermost === undefined) return 'a native call is at work';
  if (isOwnCode(innermost)) return undefined;
  const packageName = packageOf(innermost.file);
  if (packageName !== undefined) {
    if (runsRegExp) return undefined;
    return `code of the package ${packageName} is at work, which may leave what others use half-way`;
  }
  const name = innermost.functionName || 'a function';
  return `Node.js's own code is at work (${name} in ${innermost.file}), which may leave what others use half-way`;
}

/** No regular expression here: the agent may run in the midst of one of the app. */
function packageOf(file: string): string | undefined {
  const at = file.lastIndexOf(PACKAGES);
  if (at < 0) return undefined;
  const [first = '', second = ''] = file
    .slice(at + PACKAGES.length + 1)
    .replaceAll('\\', '/')
    .split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** @returns true for code of the app or of a package: below what waits for the end of the order there is none */
export function isForeign({ file }: RawFrame): boolean {
  return file !== '' && !file.startsWith('node:');
}

/** @returns the frames that are worth telling */
export function stoppedAt(frames: readonly RawFrame[]): RawFrame[] {
  return frames.slice(0, MAX_FRAMES);
}
