/** Checks the types of many small files at once, as strictly as TypeScript does. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const library = fileURLToPath(new URL('library.d.ts', import.meta.url));
const timebox = fileURLToPath(new URL('../../../../sidecar/timebox/timebox.ts', import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  paths: { 'introspector/timebox': [timebox] },
  ...{ strict: true, noEmit: true, allowJs: true, checkJs: true, noImplicitAny: true, noImplicitReturns: true },
  ...{ target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts'], types: ['node'] },
  ...{ module: ts.ModuleKind.Preserve, jsx: ts.JsxEmit.React, jsxFactory: 'h', noImplicitOverride: true },
};
/** What a snippet of JavaScript does on purpose: its parameters have no types. */
const IMPLICIT_ANY = [7006, 7005, 7034];

/**
 * @param files by path, which need not exist
 * @returns what is wrong in each file, as far as something is
 */
export function typeErrors(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists } = host;
  host.fileExists = path => files.has(path) || fileExists(path);
  host.readFile = path => files.get(path) ?? (ts.sys.fileExists(path) ? readFileSync(path, 'utf8') : undefined);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    if (text === undefined) return getSourceFile(path, languageVersion, ...rest);
    return ts.createSourceFile(path, text, languageVersion, true);
  };
  const program = ts.createProgram({ rootNames: [library, ...files.keys()], options: OPTIONS, host });
  const found = new Map<string, string[]>();
  for (const { file, code, messageText } of ts.getPreEmitDiagnostics(program)) {
    const path = file?.fileName ?? '';
    if (/\.c?jsx?$/.test(path) && IMPLICIT_ANY.includes(code)) continue;
    found.set(path, [...(found.get(path) ?? []), `TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`]);
  }
  return found;
}
