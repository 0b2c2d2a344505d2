/** Writes the box around statements. */
import { type BoxEdit, type BoxHead, type BoxSettings, boxHead, returnType, type Shift, shifted } from './boxText';
import { type DeferrableTry, needsBraces } from './cleanups';
import type { Escapes } from './escapes';
import { indentAt } from './fileStyle';
import { functionAround, isAwait, ownNodes } from './ownNodes';
import { spanOf } from './parsedFile';
import { mentions } from './references';
import { returns } from './statementObstacles';
import type { StatementsTarget } from './target';

export interface StatementWishes {
  /** What the box returns, since it is used after it. */
  escapes?: Escapes | undefined;
  /** The `try` whose `finally` becomes `box.defer`. */
  deferred?: DeferrableTry | undefined;
}

/** @returns the statements as the body of a callback, one level further in */
export function statementBox(settings: BoxSettings, target: StatementsTarget, wishes: StatementWishes): BoxEdit {
  const { file, style } = settings;
  const { span, braces } = target;
  const outer = braces === undefined ? span : spanOf(braces);
  const indent = indentAt(file.text, outer.start);
  const newline = `${style.newline}${indent}`;
  const head = boxHead(settings, headOf(settings, target, wishes));
  const lines = [`${head.text}{`, content(settings, target, wishes.deferred), ...returned(settings, wishes.escapes)];
  const text = `${lines.join(`${newline}${style.indent}`)}${newline}})${semicolonAt(settings, outer.end)}`;
  return { span: outer, text, budgetOffset: head.budgetOffset };
}

function headOf({ file }: BoxSettings, target: StatementsTarget, { escapes, deferred }: StatementWishes): BoxHead {
  const isAsync = target.statements.some(each => [...ownNodes(each)].some(isAwait));
  const parameter = deferred === undefined ? {} : { parameter: boxName(target) };
  const [first] = target.statements;
  const around = first === undefined ? undefined : functionAround(first);
  const head = { isAwaited: isAsync, isAsync, ...parameter };
  if (escapes !== undefined) return { ...head, prefix: `${escapes.keyword} ${pattern(escapes)} = ` };
  if (around === undefined || !returns(target)) return { ...head, prefix: '' };
  return { ...head, prefix: 'return ', type: returnType(file, around, isAsync) };
}

function pattern({ names }: Escapes): string {
  return names.length === 1 ? names.join('') : `{ ${names.join(', ')} }`;
}

function returned({ style }: BoxSettings, escapes: Escapes | undefined): string[] {
  return escapes === undefined ? [] : [`return ${pattern(escapes)}${style.semicolon}`];
}

function boxName({ statements }: StatementsTarget): string {
  return statements.some(each => mentions(each, 'box')) ? 'timeboxed' : 'box';
}

function content({ file, style }: BoxSettings, target: StatementsTarget, deferred: DeferrableTry | undefined): string {
  const { span, braces } = target;
  const shift: Shift = { add: braces === undefined ? style.indent : '', remove: '' };
  if (deferred === undefined) return shifted(file, span, shift);
  const { tryBlock, finallyBlock, catchClause } = deferred;
  const newline = `${style.newline}${indentAt(file.text, deferred.getStart())}${shift.add}`;
  const start = deferred.getStart();
  const cleanup = `${boxName(target)}.defer(() => ${shifted(file, spanOf(finallyBlock), shift)})${style.semicolon || ';'}`;
  const isBlock = catchClause === undefined && needsBraces(deferred, target);
  const block = { start: isBlock ? tryBlock.getStart() : start, end: (catchClause ?? tryBlock).end };
  const inside = { start: tryBlock.getStart() + 1, end: tryBlock.end - 1 };
  const rest =
    isBlock || catchClause !== undefined
      ? shifted(file, block, shift)
      : shifted(file, inside, { ...shift, remove: style.indent }).trim();
  const before = shifted(file, { start: span.start, end: start }, shift);
  const after = shifted(file, { start: deferred.end, end: span.end }, shift);
  return `${before}${cleanup}${newline}${rest}${after}`;
}

/** Where the file does without semicolons, one stands where the next line would otherwise go on with the call. */
function semicolonAt({ file, style }: BoxSettings, position: number): string {
  const rest = file.text.slice(position);
  const isAlone = /^[ \t]*(?:\r?\n|$|\}|\/[/*])/.test(rest);
  return isAlone && !/^\s*[([`+\-/]/.test(rest.replace(/^\s*\/\/.*/, '')) ? style.semicolon : ';';
}
