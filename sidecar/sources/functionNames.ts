/** Functions as their source calls them, where a minifier or a compiler has renamed them. */
import type { SourceMaps } from './sourceMaps';

/** Between a function's name and its parameters, in code that a minifier has written. */
const MAX_DISTANCE = 200;
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
  const from = Math.max(0, column - 1 - MAX_DISTANCE);
  const at = lineText.slice(from, column - 1 + own.length).lastIndexOf(own);
  if (at < 0) return undefined;
  const name = await maps.originalName(file, line, from + at + 1);
  return name === undefined ? undefined : functionName.slice(0, -own.length) + name;
}
