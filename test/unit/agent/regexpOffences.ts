/** Where a script would have V8's regular expression matcher run, found in its syntax tree. */
import ts from 'typescript';

const MATCHING_METHODS = new Set(['match', 'matchAll', 'search', 'test', 'exec']);

/** @returns `12: /x/` for each place, with its 1-based line */
export function offencesIn(source: string): string[] {
  const file = ts.createSourceFile('script.js', source, ts.ScriptTarget.ES2022);
  const offences: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isOffence(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      offences.push(`${line + 1}: ${node.getText(file)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return offences;
}

function isOffence(node: ts.Node): boolean {
  if (ts.isRegularExpressionLiteral(node)) return true;
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const name = calledName(node.expression);
  return name === 'RegExp' || (ts.isCallExpression(node) && MATCHING_METHODS.has(name) && !isBare(node.expression));
}

function calledName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee) || ts.isStringLiteralLike(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isElementAccessExpression(callee) ? calledName(callee.argumentExpression) : '';
}

/** A function of the script's own may have any name. */
function isBare(callee: ts.Expression): boolean {
  return ts.isIdentifier(callee);
}
