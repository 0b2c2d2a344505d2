/** What has to stay on top of a file: the line that starts it as a program, and comments about the file as a whole. */
import ts from 'typescript';

const PRAGMA =
  /@(?:ts-|jsx|license|licence|preserve|copyright|file|flow|format|jest-|vitest-)|\b(?:eslint|prettier|biome|jshint|copyright)\b|^\/\*!/i;

/** @returns where the first thing begins that may follow other code: a statement, or a comment that belongs to it */
export function headerEnd(source: ts.SourceFile): number {
  const { text } = source;
  const [first] = source.statements;
  const firstStart = first?.getStart() ?? text.length;
  const comments = ts.getLeadingCommentRanges(text, 0) ?? [];
  const starts = [...comments.map(({ pos }) => pos), firstStart];
  let end = starts[0] ?? 0;
  for (const [index, comment] of comments.entries()) {
    const next = starts[index + 1] ?? firstStart;
    const isFollowedByBlankLine = /\n[ \t\r]*\n/.test(text.slice(comment.end, next));
    if (isFollowedByBlankLine || PRAGMA.test(text.slice(comment.pos, comment.end))) end = next;
  }
  return end;
}
