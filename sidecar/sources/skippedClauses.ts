/** Which clauses of a function do not run when its code is cut off: those of the `try` statements around the place. */
import { readFile } from 'node:fs/promises';
import { type Node, parse, type TryStatement } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { FileCache } from './fileCache';

export type Clauses = 'catch' | 'finally' | 'catch and finally';

/** Larger files are bundles, and take the sidecar half a second or more. */
const MAX_CHARACTERS = 3_000_000;
const MAX_FILES = 20;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'StaticBlock']);

export class SkippedClauses {
  private readonly files = new FileCache(async file => readFile(file, 'utf8'), MAX_FILES);

  /**
   * @param file JavaScript as V8 runs it
   * @param line 1-based
   * @param column 1-based
   * @returns undefined when there are none, or when the file cannot be read
   */
  async at(file: string, line: number, column: number): Promise<Clauses | undefined> {
    const source = await this.files.get(file);
    return source === undefined ? undefined : skippedClauses(source, line, column);
  }
}

/**
 * @param source JavaScript as V8 runs it
 * @param line 1-based
 * @param column 1-based
 * @returns undefined when there is none, or when the source cannot be read
 */
export function skippedClauses(source: string, line: number, column: number): Clauses | undefined {
  const program = source.length > MAX_CHARACTERS ? undefined : programOf(source);
  const at = program === undefined ? -1 : offsetOf(source, line, column);
  if (program === undefined || at < 0) return undefined;
  let innermost: Node[] = [];
  fullAncestor(program, (node, _state, ancestors) => {
    if (covers(node, at) && ancestors.length > innermost.length) innermost = [...ancestors];
  });
  return named(ofOneFunction(innermost), at);
}

/** @returns the nodes around the innermost one, within its function, innermost first */
function ofOneFunction(ancestors: Node[]): Node[] {
  const inwards = [...ancestors].reverse();
  const end = inwards.findIndex(({ type }) => FUNCTIONS.has(type));
  return end < 0 ? inwards : inwards.slice(0, end);
}

function named(around: readonly Node[], at: number): Clauses | undefined {
  const tries = around.filter((node): node is TryStatement => node.type === 'TryStatement');
  const skipsCatch = tries.some(({ block, handler }) => handler && covers(block, at));
  // Not that of a `finally` which runs already.
  const skipsFinally = tries.some(({ finalizer }) => finalizer && !covers(finalizer, at));
  if (skipsCatch && skipsFinally) return 'catch and finally';
  if (skipsCatch) return 'catch';
  return skipsFinally ? 'finally' : undefined;
}

function covers({ start, end }: Node, at: number): boolean {
  return start <= at && at < end;
}

function programOf(source: string): Node | undefined {
  const options = { ecmaVersion: 'latest', allowHashBang: true, allowReturnOutsideFunction: true } as const;
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(source, { ...options, sourceType });
    } catch {
      // The other kind, or none that can be read.
    }
  }
  return undefined;
}

function offsetOf(source: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const next = source.indexOf('\n', start);
    if (next < 0) return -1;
    start = next + 1;
  }
  return start + column - 1;
}
