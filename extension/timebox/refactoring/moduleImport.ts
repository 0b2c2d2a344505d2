/** Makes the library's function known in the file: what it is called there, and the edit that imports it. */
import ts from 'typescript';
import { type ImportPlan, isRequire, knownImport, localName, MODULE, NAME, OTHER_NAME } from './existingImport';
import type { FileStyle } from './fileStyle';
import { headerEnd } from './header';
import { allNodes } from './ownNodes';
import type { ParsedFile, Span } from './parsedFile';
import type { Refusal } from './target';

/**
 * @param isEsModulePackage whether the nearest `package.json` makes ES modules of its `.js` files
 * @param node that is going to be in the box
 */
export function planImport(
  file: ParsedFile,
  style: FileStyle,
  node: ts.Node,
  isEsModulePackage: boolean,
): ImportPlan | Refusal {
  const hasOwn = hasOwnTimebox(file.source);
  for (const statement of file.source.statements) {
    const existing = knownImport({ text: file.text, style, hasOwn }, statement);
    if (existing === undefined) continue;
    if (existing.declaration !== undefined && isHidden(file, node, existing.declaration)) {
      return { refusal: `Another ${existing.callee.split('.')[0]} hides the one of ${MODULE} here.` };
    }
    return existing;
  }
  const span = { start: node.getStart(), end: node.end };
  return newImport(file, style, { span, hasOwn, isEsm: isEsModule(file, isEsModulePackage) });
}

interface NewImport {
  span: Span;
  hasOwn: boolean;
  isEsm: boolean;
}

function newImport({ source, text }: ParsedFile, style: FileStyle, { span, hasOwn, isEsm }: NewImport): ImportPlan {
  const from = `${style.quote}${MODULE}${style.quote}`;
  const added = hasOwn ? `${NAME}${isEsm ? ' as ' : ': '}${OTHER_NAME}` : NAME;
  const code = isEsm ? `import { ${added} } from ${from}` : `const { ${added} } = require(${from})`;
  const line = `${code}${style.semicolon}`;
  const callee = localName(added);
  const isOther = isEsm ? isImport : isRequire;
  const last = source.statements.findLast(each => each.end <= span.start && isOther(each));
  const directive = source.statements.findLast(each => each.end <= span.start && isDirective(each, source));
  const before = last ?? directive;
  if (before === undefined) {
    const start = headerEnd(source);
    return { callee, edit: { start, end: start, text: `${line}${style.newline}${style.newline}` } };
  }
  const start = lineEndAfter(text, before.end);
  const gap = last === undefined ? style.newline : '';
  return { callee, edit: { start, end: start, text: `${gap}${style.newline}${line}` } };
}

/** A comment at the end of the line stays there. */
function lineEndAfter(text: string, position: number): number {
  const [rest = ''] = /^[^\r\n]*/.exec(text.slice(position)) ?? [];
  return /^\s*(?:\/\/.*|\/\*[^*]*\*\/\s*)?$/.test(rest) ? position + rest.length : position;
}

function isEsModule({ source, text, isTypeScript }: ParsedFile, isEsModulePackage: boolean): boolean {
  if (/\.m[jt]s$/.test(source.fileName)) return true;
  if (/\.cjs$/.test(source.fileName)) return false;
  if (source.statements.some(each => isImport(each) || isExport(each))) return true;
  if (/\brequire\(|\bmodule\.exports\b|\bexports\.\w/.test(text)) return false;
  return isTypeScript || isEsModulePackage;
}

function isImport(statement: ts.Statement): boolean {
  return ts.isImportDeclaration(statement);
}

function isExport(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return true;
  if (ts.isExportAssignment(statement)) return !statement.isExportEquals;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isDirective(statement: ts.Statement, { statements }: ts.SourceFile): boolean {
  const firstOther = statements.findIndex(
    each => !ts.isExpressionStatement(each) || !ts.isStringLiteral(each.expression),
  );
  return firstOther < 0 || statements.indexOf(statement) < firstOther;
}

/** Whether the file declares the name for something else. */
function hasOwnTimebox(source: ts.SourceFile): boolean {
  for (const node of allNodes(source)) {
    if (!ts.isIdentifier(node) || node.text !== NAME) continue;
    const { parent } = node;
    const isVariable = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
    const isOther = ts.isDeclarationStatement(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent);
    if ((isVariable || isOther) && parent.name === node) return true;
  }
  return false;
}

function isHidden({ checker }: ParsedFile, node: ts.Node, declaration: ts.Node): boolean {
  const name = (declaration as ts.NamedDeclaration).name?.getText();
  const seen = checker.getSymbolsInScope(node, ts.SymbolFlags.Value | ts.SymbolFlags.Alias);
  const symbol = seen.find(each => each.name === name);
  return symbol !== undefined && !symbol.declarations?.includes(declaration as ts.Declaration);
}
