/** Where a hint belongs in a document that may have been edited since the app was started. Lines are 0-based here. */

/** Farther away, an equal line is another line. */
const SEARCH_LINES = 200;

export interface LineEdit {
  /** First and last line that the edit replaced. */
  startLine: number;
  endLine: number;
  /** Lines that took their place, minus the lines that went. */
  delta: number;
}

/**
 * @param lineCount lines of the document
 * @param textAt trimmed text of a line
 * @param line where the app ran it
 * @param sourceLine its trimmed text then; undefined when it is not known
 * @returns the line with that text nearest to where it was; undefined when there is none
 */
export function placeLine(
  lineCount: number,
  textAt: (line: number) => string,
  line: number,
  sourceLine: string | undefined,
): number | undefined {
  if (sourceLine === undefined) return line < lineCount ? line : undefined;
  for (let distance = 0; distance <= SEARCH_LINES; distance += 1) {
    for (const candidate of distance === 0 ? [line] : [line + distance, line - distance]) {
      if (candidate >= 0 && candidate < lineCount && textAt(candidate).startsWith(sourceLine)) return candidate;
    }
  }
  return undefined;
}

/**
 * @returns where a line is after an edit; undefined when the edit replaced it. An edit inside the line, or one that
 * begins at its end or ends at its start, keeps it.
 */
export function shiftLine(line: number, { startLine, endLine, delta }: LineEdit): number | undefined {
  if (line <= startLine) return line;
  if (line >= endLine) return line + delta;
  return undefined;
}
