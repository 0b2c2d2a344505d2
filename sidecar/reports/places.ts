/** Where a frame stands, as people read it. */
import { relative } from 'node:path';
import type { Frame } from '../protocol/values';

/** @returns the path from the working directory; as it is when it lies elsewhere */
export function shownFile(file: string, workingDirectory: string): string {
  const path = relative(workingDirectory, file);
  return path === '' || path.startsWith('..') ? file : path;
}

/** @returns `src/repo.ts:9 findByUser` */
export function placeOf({ file, line, functionName }: Frame, workingDirectory: string): string {
  const name = functionName || '(anonymous)';
  return file === '' ? name : `${shownFile(file, workingDirectory)}${line > 0 ? `:${line}` : ''} ${name}`;
}
