/** A document as the refactoring takes it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import type { SourceText } from './refactoring/timeboxEdit';

export const LANGUAGES = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];
const EXTENSIONS: Record<string, string> = {
  javascript: '.js',
  javascriptreact: '.jsx',
  typescript: '.ts',
  typescriptreact: '.tsx',
};

/** @returns its text, its language, and of which kind its `.js` modules are */
export function sourceText(document: vscode.TextDocument): SourceText {
  const { fsPath, scheme } = document.uri;
  const extension = /\.[cm]?[jt]sx?$/.test(fsPath) ? '' : EXTENSIONS[document.languageId];
  return {
    text: document.getText(),
    fileName: `${fsPath}${extension ?? ''}`,
    isEsModulePackage: scheme === 'file' && isEsModulePackage(dirname(fsPath)),
  };
}

/** By the nearest `package.json`, as Node.js does it. */
function isEsModulePackage(folder: string): boolean {
  const description = tryRead(join(folder, 'package.json'));
  const parent = dirname(folder);
  if (description === undefined) return parent !== folder && isEsModulePackage(parent);
  return /"type"\s*:\s*"module"/.test(description);
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It is not there, or not ours to read: then the folder above decides.
    return undefined;
  }
}
