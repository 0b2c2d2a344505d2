/** Finds the places in source files that a report names. */
import { resolve } from 'node:path';

/** A line of a report that is longer ends with a long value, not with a place. */
const MAX_LINE_CHARACTERS = 2_000;

/** The path may have spaces in it: what stands before and behind it is known. */
const TRACEBACK_LINE = /^ {4}[> ] (?<path>\S.*?):(?<line>\d{1,9}):(?<column>\d{1,9})(?= |$)/d;
const PLACE = /(?<=^|\s)(?<path>(?:[A-Za-z]:(?=[\\/]))?[^\s:]+):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?(?=\s|$)/dg;

export interface Location {
  /** In the text: line, first and last character, 0-based; the last one is not part of it. */
  at: { line: number; start: number; end: number };
  /** As the report has it: from the working directory, or absolute. */
  path: string;
  /** 1-based. */
  line: number;
  column: number;
}

/** @returns what reads like `path:line` or `path:line:column`; whether there is such a file, others must find out */
export function locationsIn(text: string): Location[] {
  return text.split('\n').flatMap((line, number) => {
    const shown = line.slice(0, MAX_LINE_CHARACTERS);
    const framed = TRACEBACK_LINE.exec(shown);
    return (framed ? [framed] : [...shown.matchAll(PLACE)]).flatMap(match => locationOf(match, number));
  });
}

/**
 * @param workingDirectory where the app runs
 * @returns absolute path; undefined for one on another machine, which must not be asked for what an app's text names
 */
export function fileOf({ path }: Location, workingDirectory: string): string | undefined {
  const file = resolve(workingDirectory, path);
  return /^[\\/]{2}/.test(path) || /^[\\/]{2}/.test(file) ? undefined : file;
}

function locationOf(match: RegExpExecArray | RegExpMatchArray, number: number): Location[] {
  const { path, line, column } = match.groups ?? {};
  const start = match.indices?.groups?.path?.[0];
  const last = match.indices?.groups?.column ?? match.indices?.groups?.line;
  if (path === undefined || start === undefined || last === undefined || Number(line) === 0) return [];
  return [{ at: { line: number, start, end: last[1] }, path, line: Number(line), column: Number(column ?? 1) }];
}
