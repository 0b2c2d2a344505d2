/** Shows the line of a frame. */
import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Frame } from '../../sidecar/protocol/values';
import { placeLine } from '../store/placement';

/** Opens the frame's file and selects its line, wherever edits have moved it; says so when there is no such file. */
export async function openFrame({ file, line, column, sourceLine, functionName }: Frame): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const what = functionName === '' ? 'This frame' : `${functionName}`;
    void vscode.window.showInformationMessage(
      `${what} is in ${file || 'native code'}, which is not a file on this machine.`,
    );
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const textAt = (index: number) => document.lineAt(index).text.trim();
  const placed = placeLine(document.lineCount, textAt, Math.max(0, line - 1), sourceLine);
  const shownLine = placed ?? Math.min(Math.max(0, line - 1), document.lineCount - 1);
  const position = new vscode.Position(shownLine, Math.max(0, column - 1));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
