/** What gets a value where, other than by its declaration. */
import ts from 'typescript';

/** @returns whether it is `a = b`, `a += b` and the like */
export function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** @returns what the node itself assigns to: a name, a property or a pattern */
export function assignedIn(node: ts.Node): ts.Node | undefined {
  if (isAssignment(node)) return node.left;
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    return ts.isVariableDeclarationList(node.initializer) ? undefined : node.initializer;
  }
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (!ts.isPrefixUnaryExpression(node)) return undefined;
  const isChange = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  return isChange ? node.operand : undefined;
}

/** @returns the names of variables in what is assigned to; `a.b = c` changes none */
export function* assignedNames(target: ts.Node): Generator<ts.Identifier> {
  if (ts.isIdentifier(target)) yield target;
  else if (ts.isParenthesizedExpression(target) || ts.isSpreadElement(target) || ts.isSpreadAssignment(target)) {
    yield* assignedNames(target.expression);
  } else if (ts.isArrayLiteralExpression(target)) {
    for (const element of target.elements) yield* assignedNames(element);
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) yield* assignedNames(property);
  } else if (ts.isShorthandPropertyAssignment(target)) yield target.name;
  else if (ts.isPropertyAssignment(target)) yield* assignedNames(target.initializer);
  else if (isAssignment(target)) yield* assignedNames(target.left);
}
