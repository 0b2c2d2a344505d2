/** `finally`, `catch` and `using` in a box: an interrupt ends them without running them. */
import ts from 'typescript';
import type { Escapes } from './escapes';
import { allNodes, isAwait, ownNodes } from './ownNodes';
import { mentions } from './references';
import { isUsing } from './statementObstacles';
import type { StatementsTarget } from './target';

/** A `try` whose `finally` can be handed to `box.defer`. */
export type DeferrableTry = ts.TryStatement & { finallyBlock: ts.Block };

/**
 * @param deferred has its `finally` no longer
 * @returns what the person has to know; undefined when nothing is lost by an interrupt
 */
export function cleanupWarning(nodes: readonly ts.Node[], deferred?: DeferrableTry): string | undefined {
  // What comes after the first `await` is not interrupted: only the promise is rejected.
  const awaits = nodes.flatMap(each => [...ownNodes(each)].filter(isAwait));
  const interruptedUntil = Math.min(...awaits.map(({ end }) => end));
  const concerned = nodes.flatMap(each => [...allNodes(each)]).filter(each => each.getStart() < interruptedUntil);
  const tries = concerned.filter(ts.isTryStatement);
  const lost = [
    ...(tries.some(each => each.catchClause !== undefined) ? ['catch'] : []),
    ...(tries.some(each => each.finallyBlock !== undefined && each !== deferred) ? ['finally'] : []),
    ...(concerned.some(isUsing) ? ['disposal by using'] : []),
  ];
  if (lost.length === 0) return undefined;
  const verb = lost.length === 1 ? 'does' : 'do';
  const what = lost.join(' and ');
  return `${what} in this box ${verb} not run when its time is up. What has to be undone belongs into box.defer(…).`;
}

/**
 * @returns the last statement, if it is a `try` whose `finally` has the same effect when it runs at the end of the box
 */
export function deferrableTry({ statements }: StatementsTarget, escapes?: Escapes): DeferrableTry | undefined {
  const last = statements.at(-1);
  if (last === undefined || !ts.isTryStatement(last) || last.finallyBlock === undefined) return undefined;
  const { finallyBlock } = last;
  const own = statements.flatMap(each => [...ownNodes(each)]);
  if (own.some(isAwait) || [...ownNodes(finallyBlock)].some(isBound)) return undefined;
  if (escapes?.names.some(name => mentions(finallyBlock, name))) return undefined;
  // A comment between the blocks would be lost.
  const before = last.catchClause ?? last.tryBlock;
  const between = last.getSourceFile().text.slice(before.end, finallyBlock.getStart()).trim();
  return between === 'finally' ? (last as DeferrableTry) : undefined;
}

/** Whether it means something else in a function of its own. */
function isBound(node: ts.Node): boolean {
  if (ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node)) return true;
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0;
}

/** @returns whether the braces of the `try` keep names apart that would meet without them */
export function needsBraces({ tryBlock, finallyBlock }: DeferrableTry, { statements }: StatementsTarget): boolean {
  const names = tryBlock.statements.flatMap(declaredNames);
  return names.length > 0 && (statements.length > 1 || names.some(name => mentions(finallyBlock, name)));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const patterns = statement.declarationList.declarations.map(({ name }) => name);
    return patterns.flatMap(pattern => [...allNodes(pattern)].filter(ts.isIdentifier).map(({ text }) => text));
  }
  return ts.isDeclarationStatement(statement) && statement.name !== undefined ? [statement.name.getText()] : [];
}
