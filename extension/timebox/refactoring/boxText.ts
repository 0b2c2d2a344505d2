/** The pieces of which a box is written. */
import ts from 'typescript';
import type { FileStyle } from './fileStyle';
import { allNodes } from './ownNodes';
import { contains, type ParsedFile, type Span, spanOf } from './parsedFile';

/** What the text of every box depends on. */
export interface BoxSettings {
  file: ParsedFile;
  style: FileStyle;
  /** What is called. */
  callee: string;
  budgetMs: number;
}

/** Replaces a part of the text by a box. */
export interface BoxEdit {
  span: Span;
  text: string;
  /** Where in the text the budget is. */
  budgetOffset: number;
}

export interface BoxHead {
  /** What stands before the call, such as `return `. */
  prefix: string;
  isAwaited: boolean;
  isAsync: boolean;
  /** The parameter of the callback. */
  parameter?: string;
  /** Return type of the callback. */
  type?: string | undefined;
}

/** @returns the text up to and with the arrow, and where the budget is in it */
export function boxHead(
  { style, callee, budgetMs }: BoxSettings,
  head: BoxHead,
): { text: string; budgetOffset: number } {
  const { prefix, isAwaited, isAsync, parameter, type } = head;
  const beforeBudget = `${prefix}${isAwaited ? 'await ' : ''}${callee}(`;
  const hasParentheses = parameter === undefined || type !== undefined || style.hasArrowParentheses;
  const parameters = hasParentheses ? `(${parameter ?? ''})` : parameter;
  const annotation = type === undefined ? '' : `: ${type}`;
  const text = `${beforeBudget}${budgetMs}, ${isAsync ? 'async ' : ''}${parameters}${annotation} => `;
  return { text, budgetOffset: beforeBudget.length };
}

export interface Shift {
  add: string;
  remove: string;
}

/** @returns a part of the file with its lines moved, but for its first one and those inside of strings and templates */
export function shifted({ source, text }: ParsedFile, span: Span, { add, remove }: Shift): string {
  const fixed = [...allNodes(source)].filter(isLiteral).map(spanOf);
  let result = '';
  let position = span.start;
  const lineEnds = /\n(?=[ \t]*\S)/g;
  lineEnds.lastIndex = span.start;
  for (const { index } of text.matchAll(lineEnds)) {
    const lineStart = index + 1;
    if (lineStart > span.end) break;
    result += text.slice(position, lineStart);
    position = lineStart;
    if (fixed.some(literal => contains(literal, { start: index, end: lineStart }))) continue;
    if (remove !== '' && text.startsWith(remove, lineStart)) position += remove.length;
    result += add;
  }
  return result + text.slice(position, span.end);
}

function isLiteral(node: ts.Node): boolean {
  return ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isStringLiteralLike(node);
}

/**
 * @returns the type that is expected of an expression where the file says so: generic calls and literals get their own
 * type from it, which an arrow function in between would hide
 */
export function expectedType(file: ParsedFile, node: ts.Expression, isAwaited: boolean): string | undefined {
  let inner: ts.Node = node;
  while (ts.isParenthesizedExpression(inner.parent)) inner = inner.parent;
  const { parent } = inner;
  const isVariable = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);
  if (isVariable && parent.initializer === inner) {
    const type = file.isTypeScript ? parent.type?.getText() : undefined;
    return isAwaited && type !== undefined ? `Promise<${type}>` : type;
  }
  if (ts.isReturnStatement(parent)) {
    const around = ts.findAncestor(parent, ts.isFunctionLike);
    return around === undefined ? undefined : returnType(file, around, isAwaited);
  }
  return ts.isArrowFunction(parent) && parent.body === inner ? returnType(file, parent, isAwaited) : undefined;
}

/**
 * @param isAwaited whether the box is awaited: only then what is returned has the type that the function declares
 * @returns the declared type of what a function returns; undefined also where a callback cannot have it
 */
export function returnType(file: ParsedFile, around: ts.SignatureDeclaration, isAwaited: boolean): string | undefined {
  const { type } = around;
  if (!file.isTypeScript || type === undefined || ts.isTypePredicateNode(type)) return undefined;
  if ('asteriskToken' in around && around.asteriskToken !== undefined) return undefined;
  const isAsync = ts.canHaveModifiers(around) && ts.getModifiers(around)?.some(isAsyncKeyword);
  return isAsync === true && !isAwaited ? undefined : type.getText();
}

function isAsyncKeyword({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.AsyncKeyword;
}
