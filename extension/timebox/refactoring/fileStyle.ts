/** How the file is written, so that what is added looks like it. */
import ts from 'typescript';
import { allNodes } from './ownNodes';
import type { ParsedFile } from './parsedFile';

export interface FileStyle {
  newline: '\n' | '\r\n';
  /** One level. */
  indent: string;
  quote: "'" | '"';
  /** Empty where the file does without. */
  semicolon: ';' | '';
  /** `(x) => …` rather than `x => …`. */
  hasArrowParentheses: boolean;
}

/** Of a file that says nothing about it. */
const DEFAULT_INDENT = '  ';

/** @returns what most of the file does */
export function styleOf({ source, text }: ParsedFile): FileStyle {
  return {
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    indent: indentOf(text),
    quote: quoteOf(source),
    semicolon: semicolonOf(source),
    hasArrowParentheses: count(text, /\(\w+\) =>/g) > count(text, /(?<![\w)\]>] ?)\b\w+ =>/g),
  };
}

/** @returns what stands before the first word of the line */
export function indentAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

/** By how much lines are further in than the line before them, most often; a comment's ` *` is no level. */
function indentOf(text: string): string {
  const steps = new Map<string, number>();
  let before = '';
  for (const line of text.split('\n')) {
    const current = /^([ \t]*)[^\s*]/.exec(line)?.[1];
    if (current === undefined) continue;
    if (current.length > before.length && current.startsWith(before)) {
      const step = current.slice(before.length);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    before = current;
  }
  const [most] = [...steps].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? DEFAULT_INDENT;
}

function quoteOf(source: ts.SourceFile): FileStyle['quote'] {
  let lead = 0;
  for (const node of allNodes(source)) {
    if (!ts.isStringLiteral(node) || ts.isJsxAttribute(node.parent)) continue;
    lead += source.text[node.getStart()] === '"' ? 1 : -1;
  }
  return lead > 0 ? '"' : "'";
}

function semicolonOf(source: ts.SourceFile): FileStyle['semicolon'] {
  let lead = 0;
  for (const node of allNodes(source)) {
    if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node) && !ts.isImportDeclaration(node)) continue;
    lead += source.text[node.end - 1] === ';' ? 1 : -1;
  }
  return lead < 0 ? '' : ';';
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
