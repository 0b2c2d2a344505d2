/** Which names outside a piece of code mean what is declared where. */
import ts from 'typescript';
import { allNodes } from './ownNodes';
import { contains, type ParsedFile, type Span, spanOf } from './parsedFile';

export interface Reference {
  name: ts.Identifier;
  symbol: ts.Symbol;
}

/** @returns the names outside the span that mean one of these symbols, from top to bottom */
export function referencesOutside(file: ParsedFile, span: Span, symbols: ReadonlySet<ts.Symbol>): Reference[] {
  const texts = new Set([...symbols].map(symbol => symbol.name));
  const found: Reference[] = [];
  for (const node of allNodes(file.source)) {
    if (!ts.isIdentifier(node) || !texts.has(node.text) || contains(span, spanOf(node))) continue;
    const symbol = symbolOf(file, node);
    if (symbol !== undefined && symbols.has(symbol)) found.push({ name: node, symbol });
  }
  return found;
}

/** @returns what the name means as a variable, where it is a property's name, too */
export function symbolOf({ checker }: ParsedFile, name: ts.Identifier): ts.Symbol | undefined {
  const { parent } = name;
  if (ts.isShorthandPropertyAssignment(parent)) return checker.getShorthandAssignmentValueSymbol(parent);
  if (ts.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
  return checker.getSymbolAtLocation(name);
}

/** @returns whether anything below the node has this text as a name, whatever it means */
export function mentions(node: ts.Node, text: string): boolean {
  for (const each of allNodes(node)) if (ts.isIdentifier(each) && each.text === text) return true;
  return false;
}
