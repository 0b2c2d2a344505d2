/** The guilty lines with their hints, as a terminal can show them. */
import type { LineHint } from '../protocol/values';
import { shownFile } from './places';

const SOURCE_WIDTH = 72;

/** @returns text, one paragraph a file; empty when there is no hint */
export function annotatedLines(hints: readonly LineHint[], workingDirectory: string): string {
  const files = new Map<string, LineHint[]>();
  for (const hint of hints) files.set(hint.file, [...(files.get(hint.file) ?? []), hint]);
  return [...files]
    .map(([file, own]) => [shownFile(file, workingDirectory), ...own.sort((a, b) => a.line - b.line).map(hintLine)])
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

function hintLine({ line, sourceLine = '', text, count }: LineHint): string {
  const source = sourceLine.length > SOURCE_WIDTH ? `${sourceLine.slice(0, SOURCE_WIDTH - 1)}…` : sourceLine;
  const times = count > 1 ? ` · ${count} times` : '';
  return `${String(line).padStart(6)}  ${source.padEnd(SOURCE_WIDTH)}  ● ${text}${times}`;
}
