import { beforeAll, describe, expect, test } from 'vitest';
import type { TextEdit } from '../../../../extension/timebox/refactoring/parsedFile';
import { timeboxEdit } from '../../../../extension/timebox/refactoring/timeboxEdit';
import { awaitSnippets } from './awaitSnippets';
import { expressionSnippets } from './expressionSnippets';
import { runSnippet } from './runSnippet';
import { type Snippet, unmarked } from './snippet';
import { statementSnippets } from './statementSnippets';
import { styleSnippets } from './styleSnippets';
import { typeErrors } from './typeErrors';

const snippets = [...expressionSnippets, ...awaitSnippets, ...statementSnippets, ...styleSnippets];
const BUDGET_MS = 1000;

/** The paths of the snippets, before and after, that have errors. */
let errors: Map<string, string[]>;

beforeAll(() => {
  const files = new Map<string, string>();
  for (const snippet of snippets) {
    files.set(pathOf(snippet, 'before'), unmarked(snippet.before).text);
    files.set(pathOf(snippet, 'after'), snippet.after);
  }
  errors = typeErrors(files);
});

describe.each(snippets)('$name', snippet => {
  test('is put into a box', () => {
    const { text, edits, budgetStart } = edited(snippet);
    const after = applied(text, edits);
    expect(after).toBe(snippet.after);
    expect(after.slice(budgetStart)).toMatch(new RegExp(`^${BUDGET_MS}, `));
  });

  test('has the right types, before and after', () => {
    expect(errors.get(pathOf(snippet, 'before')) ?? []).toEqual([]);
    expect(errors.get(pathOf(snippet, 'after')) ?? []).toEqual([]);
  });

  test('does the same as before', async () => {
    const { text } = unmarked(snippet.before);
    const before = await runSnippet(text, fileNameOf(snippet));
    expect(before.join()).not.toBe('');
    expect(await runSnippet(snippet.after, fileNameOf(snippet))).toEqual(before);
  });
});

test('no file of the fixtures is wrong otherwise', () => {
  const paths = snippets.flatMap(snippet => [pathOf(snippet, 'before'), pathOf(snippet, 'after')]);
  expect([...errors.keys()].filter(path => !paths.includes(path))).toEqual([]);
});

function fileNameOf({ fileName = 'snippet.ts' }: Snippet): string {
  return fileName;
}

function pathOf(snippet: Snippet, which: 'before' | 'after'): string {
  return `/${which}/${snippets.indexOf(snippet)}/${fileNameOf(snippet)}`;
}

function edited(snippet: Snippet) {
  const { text, range } = unmarked(snippet.before);
  const { isEsModulePackage = false, defersFinally = false } = snippet;
  const source = { text, fileName: fileNameOf(snippet), isEsModulePackage };
  const found = timeboxEdit(source, range, { budgetMs: BUDGET_MS, defersFinally });
  if ('refusal' in found) throw new Error(found.refusal);
  return { text, ...found };
}

/** As an editor does it: the offsets are those of the text before. */
function applied(text: string, edits: readonly TextEdit[]): string {
  const fromBelow = [...edits].sort((a, b) => b.start - a.start);
  return fromBelow.reduce(
    (result, { start, end, text: added }) => result.slice(0, start) + added + result.slice(end),
    text,
  );
}
