/** What the selection, or the cursor, means: one expression, or a row of statements. */
import ts from 'typescript';
import { isAssignment } from './assignments';
import { headerEnd } from './header';
import { takesTime } from './ownNodes';
import { contains, type ParsedFile, type Span, spanOf } from './parsedFile';

interface ExpressionTarget {
  kind: 'expression';
  node: ts.Expression;
}

export interface StatementsTarget {
  kind: 'statements';
  statements: readonly ts.Statement[];
  /** What holds them: a block, a file, a case. */
  parent: ts.Node;
  /** With the comments that were selected. */
  span: Span;
  /** The block of their own that they fill: its braces become those of the callback. */
  braces?: ts.Block;
}

export type Target = ExpressionTarget | StatementsTarget;
export type Refusal = { refusal: string };

const NO_CALL = 'Put the cursor on a call, or select an expression or statements that call something.';
const CUT = 'The selection begins or ends in the middle of an expression or a statement.';

/** @param range an empty one is a cursor */
export function findTarget(file: ParsedFile, range: Span): Target | Refusal {
  const span = trimmed(file.text, range);
  const target = span.start >= span.end ? callAt(file.source, range.start) : selected(file, span);
  if ('refusal' in target) return target;
  const nodes = target.kind === 'expression' ? [target.node] : target.statements;
  if (!nodes.some(takesTime)) return { refusal: NO_CALL };
  const whole = target.kind === 'expression' ? spanOf(target.node) : target.span;
  if (file.syntaxErrors.some(error => error.start < whole.end && error.end > whole.start)) {
    return { refusal: 'There is a syntax error in it.' };
  }
  return target;
}

function trimmed(text: string, { start, end }: Span): Span {
  const inside = text.slice(start, end);
  return { start: start + inside.length - inside.trimStart().length, end: start + inside.trimEnd().length };
}

/** The innermost call around the cursor, with its `await`, and up to the end of its optional chain. */
function callAt(source: ts.SourceFile, position: number): Target | Refusal {
  let node: ts.Node = deepest(source, { start: position, end: position });
  while (!isCall(node)) {
    if (ts.isStatement(node) || ts.isFunctionLike(node) || ts.isSourceFile(node)) return { refusal: NO_CALL };
    node = node.parent;
  }
  let call: ts.Expression = node;
  while (goesOnAsChain(call)) call = call.parent as ts.Expression;
  if (ts.isAwaitExpression(call.parent)) call = call.parent;
  return { kind: 'expression', node: call };
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node);
}

/** @returns whether a `?.` before its end also skips what follows it */
export function goesOnAsChain(node: ts.Expression): boolean {
  const { parent } = node;
  if (!ts.isOptionalChain(node) || !ts.isOptionalChain(parent) || parent.expression !== node) return false;
  return ts.isNonNullChain(parent) || parent.questionDotToken === undefined;
}

function deepest(node: ts.Node, span: Span): ts.Node {
  const child = ts.forEachChild(node, each => (contains(spanOf(each), span) ? each : undefined));
  return child === undefined ? node : deepest(child, span);
}

function selected(file: ParsedFile, span: Span): Target | Refusal {
  let node = deepest(file.source, span);
  while (isExactly(node.parent, span)) node = node.parent;
  if (isExactly(node, span)) {
    if (ts.isBlock(node) && !isStatementList(node.parent)) return contentOf(node, file.text);
    if (!ts.isStatement(node)) return isExpressionHere(node) ? { kind: 'expression', node } : { refusal: NO_CALL };
  }
  return selectedStatements(node, span, file.text);
}

function isExactly(node: ts.Node | undefined, span: Span): boolean {
  return node !== undefined && !ts.isSourceFile(node) && node.getStart() === span.start && node.end === span.end;
}

function isExpressionHere(node: ts.Node): node is ts.Expression {
  return ts.isExpression(node) && !ts.isSpreadElement(node) && !ts.isTypeNode(node);
}

/** A block that belongs to an `if`, a loop or a function keeps its braces. */
function contentOf(block: ts.Block, text: string): Target | Refusal {
  const span = trimmed(text, { start: block.getStart() + 1, end: block.end - 1 });
  return reduced({ kind: 'statements', statements: block.statements, parent: block, span }, text);
}

function selectedStatements(node: ts.Node, span: Span, text: string): Target | Refusal {
  const parent = ts.findAncestor(node, each => isStatementList(each) && (each !== node || !isExactly(each, span)));
  if (parent === undefined || !isStatementList(parent)) return { refusal: CUT };
  const statements = parent.statements.filter(each => each.end > span.start && each.getStart() < span.end);
  const [first] = statements;
  const last = statements.at(-1);
  if (first === undefined || last === undefined) return { refusal: NO_CALL };
  const isCutOff = last.end > span.end && text.slice(span.end, last.end).trim() !== ';';
  if (first.getStart() < span.start || isCutOff) return { refusal: CUT };
  const start = ts.isSourceFile(parent) ? Math.max(span.start, headerEnd(parent)) : span.start;
  const end = Math.max(span.end, last.end);
  return reduced({ kind: 'statements', statements, parent, span: { start, end } }, text);
}

type StatementList = ts.Node & { statements: ts.NodeArray<ts.Statement> };

function isStatementList(node: ts.Node): node is StatementList {
  return ts.isBlock(node) || ts.isSourceFile(node) || ts.isModuleBlock(node) || ts.isCaseOrDefaultClause(node);
}

/** Of a single statement that is hardly more than one expression only that is wrapped: what it declares stays outside. */
function reduced(target: StatementsTarget, text: string): Target {
  const [only, ...others] = target.statements;
  if (only === undefined || others.length > 0) return target;
  if (ts.isBlock(only)) {
    const span = trimmed(text, { start: only.getStart() + 1, end: only.end - 1 });
    return { kind: 'statements', statements: only.statements, parent: only, span, braces: only };
  }
  const node = mainExpression(only);
  return node === undefined ? target : { kind: 'expression', node };
}

function mainExpression(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement) || ts.isExportAssignment(statement)) {
    return statement.expression;
  }
  if (ts.isVariableStatement(statement)) {
    const [only, ...others] = statement.declarationList.declarations;
    return others.length > 0 ? undefined : only?.initializer;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  return isAssignment(expression) && !takesTime(expression.left) ? expression.right : expression;
}
