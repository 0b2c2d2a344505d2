/** Functions as their source calls them, where a minifier or a compiler has renamed them. */
import type { SourceMaps } from './sourceMaps';

/** Between a function's name and its parameters, in code that a minifier has written. */
const MAX_DISTANCE = 40;
/** Longer functions are rare, and longer searches are slow. */
const MAX_FUNCTION = 50_000;
const IDENTIFIER = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

export interface GeneratedFunction {
  functionName: string;
  /** Absolute path of the generated code. */
  file: string;
  /** Where V8 says that the function begins, which is behind its name: 1-based. */
  line: number;
  column: number;
}

/**
 * @param lineText text of the generated line
 * @returns the name in the source; undefined when the source map knows no other
 */
export async function originalFunctionName(
  maps: SourceMaps,
  { functionName, file, line, column }: GeneratedFunction,
  lineText: string,
): Promise<string | undefined> {
  const own = IDENTIFIER.exec(functionName)?.[0];
  if (own === undefined) return undefined;
  const start = column - 1;
  // Of a call it is known where it stands, not where the function around it begins: that is sought before it.
  const at = nameEndingAt(lineText, start, own) ?? definitionBefore(lineText, start, own);
  const name = at === undefined ? undefined : await maps.originalName(file, line, at + 1);
  return name === undefined ? undefined : functionName.slice(0, -own.length) + name;
}

/** @returns where a name stands directly before the parameters of its function: `a(`, `a=(`, `a = async (` */
function nameEndingAt(lineText: string, start: number, name: string): number | undefined {
  const before = lineText.slice(Math.max(0, start - MAX_DISTANCE - name.length), start);
  const trimmed = before.replace(/\s*(?:[=:]\s*(?:async\s*)?(?:function\s*\*?\s*)?)?$/, '');
  if (!trimmed.endsWith(name) || /[\p{ID_Continue}$]/u.test(trimmed.charAt(trimmed.length - name.length - 1)))
    return undefined;
  return start - before.length + trimmed.length - name.length;
}

/** @returns where the nearest definition of a name before a position has the name; minified code has all in one line */
function definitionBefore(lineText: string, position: number, name: string): number | undefined {
  const before = lineText.slice(Math.max(0, position - MAX_FUNCTION), position);
  const candidates = [`function ${name}(`, `function*${name}(`, ` ${name}=`, `,${name}=`].map(text => {
    const found = before.lastIndexOf(text);
    return found < 0 ? -1 : found + text.indexOf(name, text.startsWith('function') ? 'function'.length : 0);
  });
  const nearest = Math.max(...candidates);
  return nearest < 0 ? undefined : position - before.length + nearest;
}
