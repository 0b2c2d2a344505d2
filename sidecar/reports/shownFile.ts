/** Files as people read them. */
import { relative } from 'node:path';

/** @returns the path from the working directory; as it is when it lies elsewhere */
export function shownFile(file: string, workingDirectory: string): string {
  const path = relative(workingDirectory, file);
  return path === '' || path.startsWith('..') ? file : path;
}
