import { describe, expect, test } from 'vitest';
import { type LineEdit, placeLine, shiftLine } from '../../../extension/store/placement';
import { randomNumbers, seed } from '../random';

describe('a line that the app ran is found in a document', () => {
  const documentOf = (...lines: string[]) => [lines.length, (line: number) => lines[line] ?? ''] as const;
  const filled = (lineCount: number, at: Record<number, string>) =>
    documentOf(...Array.from({ length: lineCount }, (_, line) => at[line] ?? '// other'));

  test('where it was', () => {
    expect(placeLine(...documentOf('a();', 'b();', 'b();'), 1, 'b();')).toBe(1);
  });

  test('with a comment behind it, or cut at its end', () => {
    expect(placeLine(...documentOf('a();', 'b(); // slow'), 1, 'b();')).toBe(1);
  });

  test('above or below, at the nearest place; the lower of two that are equally near', () => {
    expect(placeLine(...documentOf('b();', 'a();', 'a();', 'a();', 'b();'), 1, 'b();')).toBe(0);
    expect(placeLine(...documentOf('b();', 'a();', 'a();', 'a();', 'b();'), 3, 'b();')).toBe(4);
    expect(placeLine(...documentOf('b();', 'a();', 'b();'), 1, 'b();')).toBe(2);
  });

  test('up to 200 lines away, and not farther', () => {
    expect(placeLine(...filled(1_000, { 700: 'b();' }), 500, 'b();')).toBe(700);
    expect(placeLine(...filled(1_000, { 300: 'b();' }), 500, 'b();')).toBe(300);
    expect(placeLine(...filled(1_000, { 701: 'b();', 299: 'b();' }), 500, 'b();')).toBeUndefined();
  });

  test('though the document has become shorter than that', () => {
    expect(placeLine(...documentOf('a();', 'b();'), 100, 'b();')).toBe(1);
  });

  test('by its number alone when its text is not known', () => {
    expect(placeLine(...documentOf('a();', 'b();'), 1, undefined)).toBe(1);
    expect(placeLine(...documentOf('a();', 'b();'), 2, undefined)).toBeUndefined();
  });
});

describe('a line after an edit', () => {
  const EDITED = 10;

  test.each([
    ['is lower by the lines inserted above', { startLine: 3, endLine: 3, delta: 2 }, 12],
    ['is lower by the lines inserted at the end of the one before', { startLine: 9, endLine: 9, delta: 1 }, 11],
    ['is higher by the lines removed above', { startLine: 3, endLine: 5, delta: -2 }, 8],
    ['is joined to the one before', { startLine: 9, endLine: 10, delta: -1 }, 9],
    ['stays when it is edited itself', { startLine: 10, endLine: 10, delta: 0 }, 10],
    ['stays when it is split', { startLine: 10, endLine: 10, delta: 1 }, 10],
    ['stays when the next one is joined to it', { startLine: 10, endLine: 11, delta: -1 }, 10],
    ['stays when something below changes', { startLine: 11, endLine: 90, delta: -70 }, 10],
    ['is gone when it is removed with its neighbours', { startLine: 9, endLine: 11, delta: -2 }, undefined],
    ['is gone when it is replaced with its neighbours', { startLine: 9, endLine: 11, delta: 5 }, undefined],
  ])('%s', (_what, edit, expected) => {
    expect(shiftLine(EDITED, edit)).toBe(expected);
  });

  test(`is where a document of marked lines has it after 300 random edits (SEED=${seed})`, () => {
    const random = randomNumbers(seed);
    let document = Array.from({ length: 60 }, (_, line) => [line]);
    const anchors = new Map(document.map((_, line): [number, number | undefined] => [line, line]));
    for (let count = 0; count < 300; count += 1) {
      const edit = randomEdit(random, document.length);
      document = edited(document, edit);
      for (const [mark, line] of anchors) anchors.set(mark, line === undefined ? undefined : shiftLine(line, edit));
      for (const [mark, line] of anchors) expect([mark, line]).toEqual([mark, lineOfMark(document, mark)]);
    }
  });
});

function randomEdit(random: (limit: number) => number, lineCount: number): LineEdit {
  const startLine = random(lineCount);
  const endLine = startLine + random(Math.min(4, lineCount - startLine));
  return { startLine, endLine, delta: random(4) - (endLine - startLine) };
}

/** Each line is the marks that stand on it. What is left of the first line comes before, of the last one behind the new text. */
function edited(document: number[][], { startLine, endLine, delta }: LineEdit): number[][] {
  const kept = [...(document[startLine] ?? [])];
  const lines = Array.from({ length: endLine - startLine + 1 + delta }, (): number[] => []);
  lines[0]?.push(...kept);
  if (endLine > startLine) lines.at(-1)?.push(...(document[endLine] ?? []));
  return [...document.slice(0, startLine), ...lines, ...document.slice(endLine + 1)];
}

function lineOfMark(document: number[][], mark: number): number | undefined {
  const line = document.findIndex(marks => marks.includes(mark));
  return line < 0 ? undefined : line;
}
