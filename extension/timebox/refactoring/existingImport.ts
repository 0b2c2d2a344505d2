/** What a file has of the library already, and how one more name is added to that. */
import ts from 'typescript';
import { type FileStyle, indentAt } from './fileStyle';
import type { TextEdit } from './parsedFile';

export const MODULE = 'introspector/timebox';
export const NAME = 'timebox';
/** For a file that has a `timebox` of its own. */
export const OTHER_NAME = 'introspectorTimebox';

export interface ImportPlan {
  /** What to call. */
  callee: string;
  edit?: TextEdit;
}

interface KnownImport extends ImportPlan {
  /** What gives the file that name already; none where it is still to be added. */
  declaration?: ts.Node;
}

interface Around {
  text: string;
  style: FileStyle;
  /** Whether the file has another `timebox`. */
  hasOwn: boolean;
}

/** @returns undefined when the statement imports nothing of the library that could be used, or added to */
export function knownImport(around: Around, statement: ts.Statement): KnownImport | undefined {
  if (ts.isImportDeclaration(statement)) return imported(around, statement);
  if (ts.isImportEqualsDeclaration(statement)) {
    const { moduleReference: from, name } = statement;
    return ts.isExternalModuleReference(from) && isModule(from.expression) ? member(name) : undefined;
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const declaration = statement.declarationList.declarations.find(each => isOfModule(each.initializer));
  return declaration === undefined ? undefined : required(around, declaration.name);
}

function imported(around: Around, { moduleSpecifier, importClause }: ts.ImportDeclaration): KnownImport | undefined {
  if (!isModule(moduleSpecifier) || importClause === undefined || importClause.phaseModifier !== undefined) {
    return undefined;
  }
  const { namedBindings: bindings } = importClause;
  const added = around.hasOwn ? `${NAME} as ${OTHER_NAME}` : NAME;
  if (bindings === undefined) return addition(importClause.end, `, { ${added} }`, added);
  if (ts.isNamespaceImport(bindings)) return member(bindings.name);
  const found = bindings.elements.find(({ propertyName, name, isTypeOnly }) => {
    return !isTypeOnly && (propertyName ?? name).text === NAME;
  });
  if (found !== undefined) return { callee: found.name.text, declaration: found };
  return joined(around, bindings.elements, added);
}

function required(around: Around, name: ts.BindingName): KnownImport | undefined {
  if (ts.isIdentifier(name)) return member(name);
  if (!ts.isObjectBindingPattern(name)) return undefined;
  const found = name.elements.find(each => (each.propertyName ?? each.name).getText() === NAME);
  if (found !== undefined) return { callee: found.name.getText(), declaration: found };
  return joined(around, name.elements, around.hasOwn ? `${NAME}: ${OTHER_NAME}` : NAME);
}

function member(name: ts.Identifier): KnownImport {
  return { callee: `${name.text}.${NAME}`, declaration: name.parent };
}

/** After the last name, on a line of its own where the others have such. */
function joined({ text, style }: Around, names: ts.NodeArray<ts.Node>, added: string): KnownImport | undefined {
  const last = names.at(-1);
  if (last === undefined) return undefined;
  const hasLineOfItsOwn = /\n\s*$/.test(text.slice(0, last.getStart()));
  const separator = hasLineOfItsOwn ? `,${style.newline}${indentAt(text, last.getStart())}` : ', ';
  return addition(last.end, `${separator}${added}`, added);
}

function addition(position: number, text: string, added: string): KnownImport {
  return { callee: localName(added), edit: { start: position, end: position, text } };
}

/** @returns what `timebox as other`, or `timebox: other`, is called in the file */
export function localName(added: string): string {
  return added.split(/ as |: /).at(-1) ?? added;
}

/** @returns whether it is a statement like `const a = require('b').c` */
export function isRequire(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some(({ initializer }) => isRequireCall(initializer));
}

function isRequireCall(node: ts.Node | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isPropertyAccessExpression(node)) return isRequireCall(node.expression);
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

function isOfModule(node: ts.Node | undefined): boolean {
  return node !== undefined && ts.isCallExpression(node) && isRequireCall(node) && isModule(node.arguments[0]);
}

function isModule(node: ts.Node | undefined): boolean {
  return node !== undefined && ts.isStringLiteralLike(node) && node.text === MODULE;
}
