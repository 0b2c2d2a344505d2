/** Runs the text of a file and notes what it does. */
import { createRequire } from 'node:module';
import ts from 'typescript';

const nodeRequire = createRequire(import.meta.url);

interface StandInBox {
  signal: AbortSignal;
  defer(cleanup: () => unknown): void;
}

/**
 * Stands in for the library, which is tested elsewhere: a box that is never up. It calls what it is given and, at the
 * end, what that has deferred.
 */
function timebox(_budgetMs: number, body: (box: StandInBox) => unknown): unknown {
  const cleanups: (() => unknown)[] = [];
  const end = () => {
    for (const cleanup of cleanups.reverse()) cleanup();
  };
  let isPromise = false;
  try {
    const result = body({ signal: new AbortController().signal, defer: cleanup => cleanups.push(cleanup) });
    isPromise = result instanceof Promise;
    return isPromise ? (result as Promise<unknown>).finally(end) : result;
  } finally {
    if (!isPromise) end();
  }
}

class Quota {}

/** @returns what the file logs until its export `done` is settled, and what it throws */
export async function runSnippet(text: string, fileName: string): Promise<string[]> {
  const { outputText } = ts.transpileModule(text.replace(/^#!.*/, ''), {
    fileName,
    compilerOptions: {
      ...{ module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, allowJs: true },
      ...{ jsx: ts.JsxEmit.React, jsxFactory: 'h' },
    },
  });
  const logged: string[] = [];
  const log = (...values: unknown[]) => logged.push(JSON.stringify(values));
  const h = (...parts: unknown[]) => parts;
  const require = (id: string) => (id === 'introspector/timebox' ? { timebox, Quota } : nodeRequire(id));
  const module: { exports: { done?: Promise<unknown> } } = { exports: {} };
  const run = new Function('exports', 'module', 'require', 'log', 'h', outputText);
  try {
    run(module.exports, module, require, log, h);
    await module.exports.done;
  } catch (error) {
    log(`thrown: ${error}`);
  }
  return logged;
}
