/** Writes the box around an expression. */
import ts from 'typescript';
import { type BoxEdit, type BoxSettings, boxHead, expectedType } from './boxText';
import { isAwait, ownNodes } from './ownNodes';
import { spanOf } from './parsedFile';

/** @returns the expression in a callback of its own; an `await` in front of it stays in front of the box */
export function expressionBox(settings: BoxSettings, target: ts.Expression): BoxEdit {
  const { file } = settings;
  const node = withoutParentheses(target);
  const inner = ts.isAwaitExpression(node) ? node.expression : node;
  const hasAwait = [...ownNodes(inner)].some(isAwait);
  const isAwaited = hasAwait || inner !== node;
  const type = expectedType(file, node, isAwaited);
  const isAsync = hasAwait || (isAwaited && type !== undefined);
  const [before, after] = surroundings(node, isAwaited && inner === node);
  const head = boxHead(settings, { prefix: before, isAwaited, isAsync, type });
  const start = inner === node ? node.getStart() : inner.getFullStart();
  const text = `${head.text}${asBody(inner, file.text.slice(start, inner.end).trim())})${after}`;
  return { span: spanOf(node), text, budgetOffset: head.budgetOffset };
}

/** The parentheses of `(await f()).x` stay where they are. */
function withoutParentheses(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) && ts.isAwaitExpression(node.expression) ? node.expression : node;
}

function asBody(node: ts.Expression, text: string): string {
  const isSequence = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isSequence || text.startsWith('{') ? `(${text})` : text;
}

/** What the place demands: braces in JSX, parentheses where an `await` is new and something follows that binds tighter. */
function surroundings(node: ts.Expression, isNewAwait: boolean): [before: string, after: string] {
  const { parent } = node;
  if (ts.isJsxElement(parent) || ts.isJsxFragment(parent) || ts.isJsxAttribute(parent)) return ['{', '}'];
  return isNewAwait && bindsTighter(parent, node) ? ['(', ')'] : ['', ''];
}

function bindsTighter(parent: ts.Node, node: ts.Expression): boolean {
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  if (ts.isBinaryExpression(parent)) {
    return parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken;
  }
  const isBefore = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  const isCalled = ts.isCallExpression(parent) || ts.isNewExpression(parent) || ts.isNonNullExpression(parent);
  return (isBefore || isCalled || ts.isExpressionWithTypeArguments(parent)) && parent.expression === node;
}
