/** What the selection declares or assigns, and what comes after it needs. */
import ts from 'typescript';
import { assignedIn, assignedNames } from './assignments';
import { allNodes, functionAround, ownNodes } from './ownNodes';
import { contains, type ParsedFile, type Span, spanOf } from './parsedFile';
import { type Reference, referencesOutside, symbolOf } from './references';
import type { Refusal } from './target';

/** Variables that have to be declared outside, with what the box returns. */
export interface Escapes {
  names: readonly string[];
  keyword: 'const' | 'let' | 'var';
}

type Named = ts.NamedDeclaration & { name: ts.Identifier };

/** @returns undefined when nothing that is declared in the statements is used elsewhere */
export function escapesOf(
  file: ParsedFile,
  statements: readonly ts.Statement[],
  span: Span,
): Escapes | Refusal | undefined {
  const declared = new Map<ts.Symbol, Named>();
  for (const node of statements.flatMap(each => [...ownNodes(each)])) {
    if (!isNamed(node)) continue;
    const symbol = file.checker.getSymbolAtLocation(node.name);
    if (symbol !== undefined) declared.set(symbol, node);
  }
  const used = referencesOutside(file, span, new Set(declared.keys()));
  const [first] = used;
  if (first === undefined) return undefined;
  for (const reference of used) {
    const obstacle = escapeObstacle(file, span, reference, declared.get(reference.symbol));
    if (obstacle !== undefined) return { refusal: obstacle };
  }
  const symbols = [...declared.keys()].filter(symbol => used.some(reference => reference.symbol === symbol));
  return { names: symbols.map(({ name }) => name), keyword: keywordOf(symbols.map(symbol => declared.get(symbol))) };
}

function isNamed(node: ts.Node): node is Named {
  if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) return ts.isIdentifier(node.name);
  const hasName = ts.isDeclarationStatement(node) && node.name !== undefined && ts.isIdentifier(node.name);
  return hasName && !ts.isImportEqualsDeclaration(node);
}

function escapeObstacle(file: ParsedFile, span: Span, { name, symbol }: Reference, declaration?: Named) {
  const { text } = name;
  if (declaration === undefined || !(ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration))) {
    return `${text} is declared in it and used elsewhere; a callback would hide it. Move its declaration out first.`;
  }
  if (name.getStart() < span.start)
    return `${text} is declared in it, and used before it. Move its declaration out first.`;
  if (symbol.declarations?.some(each => !contains(span, spanOf(each)))) {
    return `${text} is declared in it and a second time elsewhere. Move one declaration out first.`;
  }
  if (keywordOf([declaration]) !== 'const' && hasInnerFunctionWith(file, span, symbol)) {
    return `${text} is used after it, and a function in it may change ${text} later. Move its declaration out first.`;
  }
  return undefined;
}

function hasInnerFunctionWith(file: ParsedFile, span: Span, symbol: ts.Symbol): boolean {
  for (const node of allNodes(file.source)) {
    if (!ts.isIdentifier(node) || node.text !== symbol.name || !contains(span, spanOf(node))) continue;
    const around = ts.findAncestor(node, ts.isFunctionLike);
    if (around !== undefined && contains(span, spanOf(around)) && symbolOf(file, node) === symbol) return true;
  }
  return false;
}

function keywordOf(declarations: readonly (ts.Node | undefined)[]): Escapes['keyword'] {
  const flags = declarations.map(each => (each === undefined ? 0 : ts.getCombinedNodeFlags(each as ts.Declaration)));
  if (flags.every(flag => (flag & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const)) return 'const';
  return flags.every(flag => (flag & ts.NodeFlags.BlockScoped) !== 0) ? 'let' : 'var';
}

/**
 * TypeScript does not see what a callback assigns to a variable outside: it takes it for unassigned, or still for what it
 * was before.
 * @returns why that would show after the selection
 */
export function assignmentObstacle(file: ParsedFile, nodes: readonly ts.Node[], span: Span): string | undefined {
  if (!file.isTypeScript) return undefined;
  for (const node of nodes.flatMap(each => [...ownNodes(each)])) {
    const target = assignedIn(node);
    if (target !== undefined && isFieldOfConstructor(target)) {
      return `It assigns ${target.getText()}, which TypeScript wants the constructor itself to do. Select only what is assigned.`;
    }
    for (const name of target === undefined ? [] : assignedNames(target)) {
      const symbol = symbolOf(file, name);
      const declaration = symbol?.valueDeclaration;
      if (symbol === undefined || declaration === undefined || !isNarrowed(declaration)) continue;
      if (contains(span, spanOf(declaration))) continue;
      const isUsedAfter = referencesOutside(file, span, new Set([symbol])).some(each => each.name.pos >= span.end);
      if (isUsedAfter) {
        return `It assigns ${name.text}, and TypeScript does not see assignments in a callback. Select only what is assigned.`;
      }
    }
  }
  return undefined;
}

function isFieldOfConstructor(target: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) return false;
  const around = functionAround(target);
  return around !== undefined && ts.isConstructorDeclaration(around);
}

function isNarrowed(declaration: ts.Declaration): boolean {
  if (ts.isParameter(declaration)) {
    return (
      declaration.questionToken !== undefined ||
      (declaration.type !== undefined && ts.isUnionTypeNode(declaration.type))
    );
  }
  if (!ts.isVariableDeclaration(declaration) || declaration.exclamationToken !== undefined) return false;
  const { initializer, type } = declaration;
  if (initializer === undefined) return ts.isVariableStatement(declaration.parent.parent);
  return type === undefined ? !hasOneType(initializer) : ts.isUnionTypeNode(type);
}

/** Whether it can be seen without the types of other files that it is not one thing or another, such as undefined. */
function hasOneType(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isNewExpression(node)) return true;
  if (ts.isPrefixUnaryExpression(node)) return true;
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}
