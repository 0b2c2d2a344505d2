/** Runs the text of a file and notes what it does. */
import { createRequire } from 'node:module';
import ts from 'typescript';
import { Quota, timebox } from '../../../../sidecar/timebox/timebox';

const nodeRequire = createRequire(import.meta.url);

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
