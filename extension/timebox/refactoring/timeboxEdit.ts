/**
 * The refactoring *Timebox this Call*: puts an expression or statements into a box, with the import that it needs. A pure
 * function over text; a bundle of its own, since the parser weighs more than the whole rest of the extension.
 */
import type { BoxEdit } from './boxText';
import { cleanupWarning, deferrableTry } from './cleanups';
import { assignmentObstacle, escapesOf } from './escapes';
import { expressionBox } from './expressionBox';
import { expressionObstacle } from './expressionObstacles';
import { styleOf } from './fileStyle';
import { planImport } from './moduleImport';
import { parseFile, type Span, spanOf, type TextEdit } from './parsedFile';
import { statementBox } from './statementBox';
import { statementObstacle } from './statementObstacles';
import { findTarget, type Refusal } from './target';

export interface SourceText {
  text: string;
  /** Tells the language by its extension. */
  fileName: string;
  /** Whether the nearest `package.json` says `"type": "module"`. */
  isEsModulePackage: boolean;
}

export interface TimeboxWish {
  budgetMs: number;
  /** Whether `finally` becomes `box.defer` where it can. */
  defersFinally: boolean;
}

export interface TimeboxEdits {
  edits: readonly TextEdit[];
  /** Where the budget is once the edits are made. */
  budgetStart: number;
  /** What the person has to know of it. */
  warning?: string;
  /** Whether `finally` could become `box.defer`. */
  canDefer: boolean;
}

/**
 * @param range offsets; an empty one is a cursor inside a call
 * @returns what to change, or why it cannot be done
 */
export function timeboxEdit(source: SourceText, range: Span, wish: TimeboxWish): TimeboxEdits | Refusal {
  const file = parseFile(source.text, source.fileName);
  const target = findTarget(file, range);
  if ('refusal' in target) return target;
  const isExpression = target.kind === 'expression';
  const nodes = isExpression ? [target.node] : target.statements;
  const [first] = nodes;
  if (first === undefined) return { refusal: 'Nothing is selected.' };
  const span = isExpression ? spanOf(target.node) : target.span;
  const obstacle =
    (isExpression ? expressionObstacle(target.node) : statementObstacle(target)) ??
    assignmentObstacle(file, nodes, span);
  if (obstacle !== undefined) return { refusal: obstacle };
  const escapes = isExpression ? undefined : escapesOf(file, target.statements, span);
  if (escapes !== undefined && 'refusal' in escapes) return escapes;
  const style = styleOf(file);
  const plan = planImport(file, style, first, source.isEsModulePackage);
  if ('refusal' in plan) return plan;

  const settings = { file, style, callee: plan.callee, budgetMs: wish.budgetMs };
  const deferrable = isExpression ? undefined : deferrableTry(target, escapes);
  const deferred = wish.defersFinally ? deferrable : undefined;
  const box = isExpression
    ? expressionBox(settings, target.node)
    : statementBox(settings, target, { escapes, deferred });
  const warning = cleanupWarning(nodes, deferred);
  const { edits, budgetStart } = together(plan.edit, box);
  return {
    edits,
    budgetStart,
    canDefer: deferrable !== undefined,
    ...(warning === undefined ? {} : { warning }),
  };
}

/** An edit that ends where the next one begins becomes one with it: nobody says in which order editors apply such. */
function together(added: TextEdit | undefined, box: BoxEdit): Pick<TimeboxEdits, 'edits' | 'budgetStart'> {
  const { span, text, budgetOffset } = box;
  const budgetStart = span.start + budgetOffset;
  if (added === undefined) return { edits: [{ ...span, text }], budgetStart };
  if (added.start > span.start) return { edits: [{ ...span, text }, added], budgetStart };
  const moved = budgetStart + added.text.length;
  if (added.end < span.start) return { edits: [added, { ...span, text }], budgetStart: moved };
  return { edits: [{ start: added.start, end: span.end, text: `${added.text}${text}` }], budgetStart: moved };
}
