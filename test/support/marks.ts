/** Finds lines of sample apps by the marks in them, so that no test knows a line number. */
import { readFileSync } from 'node:fs';

/**
 * @param file source of a sample app
 * @param mark what stands in the comment: `SLOW: GET /report`
 * @returns 1-based number of the one line that carries it
 */
export function markedLine(file: string, mark: string): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = lines.flatMap((text, index) => (text.trimEnd().endsWith(`// ${mark}`) ? [index + 1] : []));
  const [line] = found;
  if (line === undefined || found.length > 1) throw new Error(`${found.length} lines of ${file} are marked "${mark}"`);
  return line;
}
