import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lineOf, SourceLines } from '../../../sidecar/sources/sourceLines';
import { createTempFolder, type TempFolder } from '../../support/vscode/tempFolder';

let temp: TempFolder;

beforeAll(() => {
  temp = createTempFolder('in-lines-');
});

afterAll(() => temp.remove());

const TEXT = `first\r\n\n  \tthird line  \n${'x'.repeat(200)}\n${'x'.repeat(201)}\n`;

test.each([
  ['the first', 1, 'first'],
  ['an empty one', 2, ''],
  ['one with space around it', 3, 'third line'],
  ['one of 200 characters', 4, 'x'.repeat(200)],
  ['one of 201 characters, cut', 5, 'x'.repeat(200)],
  ['the empty one behind the last line break', 6, ''],
  ['none behind that', 7, undefined],
  ['none before the first', 0, undefined],
])('of the lines of a text, %s is shown', async (_what, line, expected) => {
  const file = join(temp.path, 'source.ts');
  writeFileSync(file, TEXT);
  expect(await new SourceLines().line(file, line)).toBe(expected);
  expect(lineOf(TEXT, line)).toBe(expected);
});

test('a file that is not there has no lines', async () => {
  expect(await new SourceLines().line(join(temp.path, 'none.ts'), 1)).toBeUndefined();
});
