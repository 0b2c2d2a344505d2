/** Paints the own time of a profiled request at the ends of the lines it computed on. */
import * as vscode from 'vscode';
import type { HotLine } from '../../sidecar/protocol/profileValues';
import type { Settings } from '../settings';
import { placeLine } from '../store/placement';
import type { ShownLines } from '../store/profiles';
import type { SessionStore } from '../store/sessionStore';
import { hotLineText } from './hotLineText';

export class HotLineDecorations implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('introspector.hintComputingForeground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: { dispose(): void }[];
  private shown: ShownLines | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
  ) {
    this.subscriptions = [
      this.type,
      store.onDidChange(() => this.update()),
      settings.onDidChange(() => this.paintAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.paintAll()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    if (this.shown === this.store.profiles.shownLines) return;
    this.shown = this.store.profiles.shownLines;
    this.paintAll();
  }

  private paintAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
  }

  private paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const { shown } = this;
    const own = this.settings.hintsEnabled && shown !== undefined && document.uri.scheme === 'file';
    const lines = own ? shown.lines.filter(({ file }) => vscode.Uri.file(file).fsPath === document.uri.fsPath) : [];
    const options = lines.flatMap(line => (shown === undefined ? [] : decoration(document, line, shown)));
    editor.setDecorations(this.type, options);
  }
}

function decoration(
  document: vscode.TextDocument,
  hotLine: HotLine,
  { profile }: ShownLines,
): vscode.DecorationOptions[] {
  const text = hotLineText(hotLine, profile);
  if (text === undefined) return [];
  const textAt = (index: number) => document.lineAt(index).text.trim();
  const line = placeLine(document.lineCount, textAt, Math.max(0, hotLine.line - 1), hotLine.sourceLine);
  if (line === undefined) return [];
  const { end } = document.lineAt(line).range;
  return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } }];
}
