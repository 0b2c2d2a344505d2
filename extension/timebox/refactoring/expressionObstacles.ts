/** Why an expression cannot be put into a callback where it stands. */
import ts from 'typescript';
import { assignedIn } from './assignments';
import { ownNodes } from './ownNodes';
import { goesOnAsChain } from './target';

/** @returns the reason, if there is one */
export function expressionObstacle(node: ts.Expression): string | undefined {
  return positionObstacle(node) ?? contentObstacle([node]);
}

/** @returns why none of it may run in another function */
export function contentObstacle(nodes: readonly ts.Node[]): string | undefined {
  for (const node of nodes.flatMap(each => [...ownNodes(each)])) {
    if (ts.isYieldExpression(node))
      return 'It contains a yield, and a callback cannot yield for the generator around it.';
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      return 'super(…) has to be called by the constructor itself, not by a callback.';
    }
  }
  return undefined;
}

function positionObstacle(node: ts.Expression): string | undefined {
  const { parent } = node;
  if (goesOnAsChain(node)) return 'The ?. before it also skips what follows. Select the whole chain.';
  if (isCallee(node)) return 'The function that is called needs the object before it. Select the whole call.';
  if (assignedIn(node.parent) === node || ts.isDeleteExpression(parent))
    return 'A value is assigned to it. Select what is assigned.';
  if (ts.isEnumMember(parent) || ts.isExternalModuleReference(parent) || inDecorator(node)) {
    return 'No callback can stand here.';
  }
  return undefined;
}

function isCallee(node: ts.Expression): boolean {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === node;
}

function inDecorator(node: ts.Node): boolean {
  const found = ts.findAncestor(node, each => ts.isDecorator(each) || ts.isStatement(each) || ts.isFunctionLike(each));
  return found !== undefined && ts.isDecorator(found);
}
