/** Where a text stands in a file. */
import { readFileSync } from 'node:fs';

/** @returns 1-based line and column of the first occurrence */
export function positionOf(file: string, text: string): { line: number; column: number } {
  const lines = readFileSync(file, 'utf8').split('\n');
  const index = lines.findIndex(line => line.includes(text));
  if (index < 0) throw new Error(`"${text}" is not in ${file}`);
  return { line: index + 1, column: (lines[index]?.indexOf(text) ?? 0) + 1 };
}
