/** Makes links of the places that a report names, where there are such files on this machine. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { fileOf, locationsIn } from './locations';

/** Reports of processes that died with hundreds of requests name a few files again and again. */
const MAX_FILES = 200;

export class ReportLinks implements vscode.DocumentLinkProvider {
  constructor(private readonly workingDirectoryOf: (uri: vscode.Uri) => string | undefined) {}

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const workingDirectory = this.workingDirectoryOf(document.uri);
    if (workingDirectory === undefined) return [];
    const places = locationsIn(document.getText()).flatMap(location => {
      const file = fileOf(location, workingDirectory);
      return file === undefined ? [] : [{ ...location, file }];
    });
    const files = [...new Set(places.map(({ file }) => file))].slice(0, MAX_FILES);
    const existing = new Set((await Promise.all(files.map(existingFile))).flat());
    return places.filter(({ file }) => existing.has(file)).map(link);
  }
}

function link({ at, file, line, column }: ReturnType<typeof locationsIn>[number] & { file: string }) {
  const range = new vscode.Range(at.line, at.start, at.line, at.end);
  const built = new vscode.DocumentLink(range, vscode.Uri.file(file).with({ fragment: `L${line},${column}` }));
  built.tooltip = 'Open the line';
  return built;
}

async function existingFile(file: string): Promise<string[]> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() ? [file] : [];
}
