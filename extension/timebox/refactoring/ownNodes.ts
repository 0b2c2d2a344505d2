/** The nodes that run in the same function, as `await`, `yield` and `return` understand that. */
import ts from 'typescript';

/** @returns the node and all below it; of functions and of what runs with an instance of a class only the node itself */
export function* ownNodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
  if (ts.isPropertyDeclaration(node)) {
    yield* ownNodes(node.name);
    return;
  }
  for (const child of childrenOf(node)) yield* ownNodes(child);
}

/** @returns the node and all below it, nested functions as well */
export function* allNodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* allNodes(child);
}

/** @returns whether a value is waited for, in the function that the node is in */
export function isAwait(node: ts.Node): boolean {
  if (ts.isForOfStatement(node)) return node.awaitModifier !== undefined;
  if (ts.isVariableDeclarationList(node)) return (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
  return ts.isAwaitExpression(node);
}

/** @returns whether anything in it can take time: a call or a loop */
export function takesTime(node: ts.Node): boolean {
  for (const own of ownNodes(node)) {
    if (ts.isCallExpression(own) || ts.isNewExpression(own) || ts.isTaggedTemplateExpression(own)) return true;
    if (ts.isIterationStatement(own, false) || isAwait(own)) return true;
  }
  return false;
}

/** @returns the function whose `return` a node there would be; undefined at the top of a file or class */
export function functionAround(node: ts.Node): ts.FunctionLikeDeclaration | undefined {
  const found = ts.findAncestor(
    node.parent,
    outer => ts.isFunctionLike(outer) || ts.isClassStaticBlockDeclaration(outer) || ts.isPropertyDeclaration(outer),
  );
  return found !== undefined && ts.isFunctionLike(found) && 'body' in found ? found : undefined;
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, child => {
    children.push(child);
  });
  return children;
}
