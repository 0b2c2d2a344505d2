/** Why statements cannot be put into a callback where they stand. */
import ts from 'typescript';
import { contentObstacle } from './expressionObstacles';
import { functionAround, ownNodes } from './ownNodes';
import { contains, spanOf } from './parsedFile';
import type { StatementsTarget } from './target';

const MODULE_LEVEL = 'Imports and exports have to stay at the top level of the file.';
const LEAVES = 'leaves the selected statements, which a callback cannot do. Select the whole loop or switch.';

/** @returns the reason, if there is one */
export function statementObstacle(target: StatementsTarget): string | undefined {
  const { statements } = target;
  if (statements.some(isModuleLevel)) return MODULE_LEVEL;
  if (statements.some(isDirective)) return "A directive like 'use strict' has to stay where it is.";
  return contentObstacle(statements) ?? jumpObstacle(target) ?? disposalObstacle(target) ?? returnObstacle(target);
}

/** @returns whether the statements end the function whenever they have a `return`, so that its value can be passed on */
export function returns({ statements }: StatementsTarget): boolean {
  const own = statements.flatMap(each => [...ownNodes(each)]);
  const last = statements.at(-1);
  return own.some(ts.isReturnStatement) || (last !== undefined && ts.isThrowStatement(last));
}

function returnObstacle(target: StatementsTarget): string | undefined {
  const { statements, parent } = target;
  const last = statements.at(-1);
  if (last === undefined || !statements.some(each => [...ownNodes(each)].some(ts.isReturnStatement))) return undefined;
  const around = functionAround(last);
  if (around === undefined || ts.isConstructorDeclaration(around) || ts.isSetAccessorDeclaration(around)) {
    return 'It contains a return, whose meaning a callback would change.';
  }
  const endsFunction = parent === around.body && isLastOf(target);
  if (endsFunction || ts.isReturnStatement(last) || ts.isThrowStatement(last)) return undefined;
  return 'It may return or not, which a callback cannot pass on. Select up to the end of the function.';
}

function jumpObstacle({ statements, span }: StatementsTarget): string | undefined {
  for (const node of statements.flatMap(each => [...ownNodes(each)])) {
    if (!ts.isBreakOrContinueStatement(node)) continue;
    const aim = jumpAim(node);
    if (aim === undefined || !contains(span, spanOf(aim))) {
      return `A ${ts.isBreakStatement(node) ? 'break' : 'continue'} ${LEAVES}`;
    }
  }
  return undefined;
}

function jumpAim(jump: ts.BreakOrContinueStatement): ts.Node | undefined {
  const { label } = jump;
  return ts.findAncestor<ts.Node>(jump, (node): node is ts.Node => {
    if (label !== undefined) return ts.isLabeledStatement(node) && node.label.text === label.text;
    return ts.isIterationStatement(node, false) || (ts.isBreakStatement(jump) && ts.isSwitchStatement(node));
  });
}

/** `using` disposes at the end of the block: the box must end there as well. */
function disposalObstacle(target: StatementsTarget): string | undefined {
  if (!target.statements.some(isUsing) || isLastOf(target)) return undefined;
  return 'What is declared with using would be disposed when the box ends. Select up to the end of the block.';
}

/** @returns whether it declares what has to be disposed at the end of its block */
export function isUsing(node: ts.Node): boolean {
  const using = ts.NodeFlags.Using;
  return ts.isVariableStatement(node) && (node.declarationList.flags & ts.NodeFlags.BlockScoped & using) === using;
}

function isLastOf({ statements, parent }: StatementsTarget): boolean {
  return 'statements' in parent && (parent as ts.Block).statements.at(-1) === statements.at(-1);
}

function isModuleLevel(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const outside = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DeclareKeyword];
  return modifiers?.some(({ kind }) => outside.includes(kind)) ?? false;
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}
