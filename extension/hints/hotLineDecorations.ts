/** Paints own time at the ends of lines: of the profiled request that is open, else of all that ran lately. */
import * as vscode from 'vscode';
import type { HotLine } from '../../sidecar/protocol/profileValues';
import type { Settings } from '../settings';
import { placeLine } from '../store/placement';
import type { ShownLines } from '../store/profiles';
import type { RecentLines, SessionStore } from '../store/sessionStore';
import { hotLineText, recentLineText } from './hotLineText';

export class HotLineDecorations implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('introspector.hintComputingForeground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: { dispose(): void }[];
  private readonly quietType = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private shown: ShownLines | undefined;
  private recent: readonly RecentLines[] = [];

  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
  ) {
    this.subscriptions = [
      this.type,
      this.quietType,
      store.onDidChange(() => this.update()),
      settings.onDidChange(() => this.paintAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.paintAll()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { profiles, recentLines } = this.store;
    const isSame =
      this.recent.length === recentLines.length && recentLines.every((each, index) => each === this.recent[index]);
    if (this.shown === profiles.shownLines && isSame) return;
    this.shown = profiles.shownLines;
    this.recent = recentLines;
    this.paintAll();
  }

  private paintAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
  }

  private paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const { shown, recent } = this;
    const isOwn = this.settings.hintsEnabled && document.uri.scheme === 'file';
    const paint = (type: vscode.TextEditorDecorationType, lines: readonly HotLine[], textOf: TextOf) => {
      const here = isOwn ? lines.filter(({ file }) => vscode.Uri.file(file).fsPath === document.uri.fsPath) : [];
      editor.setDecorations(
        type,
        here.flatMap(line => decoration(document, line, textOf)),
      );
    };
    paint(this.type, shown?.lines ?? [], line => shown && hotLineText(line, shown.profile));
    // What one request did and what all did is not to be confused.
    const quiet = shown === undefined ? recent : [];
    const windowsMs = new Map(quiet.flatMap(({ lines, windowMs }) => lines.map(line => [line, windowMs] as const)));
    paint(this.quietType, [...windowsMs.keys()], line => recentLineText(line, windowsMs.get(line) ?? 0));
  }
}

type TextOf = (line: HotLine) => string | undefined;

function decoration(document: vscode.TextDocument, hotLine: HotLine, textOf: TextOf): vscode.DecorationOptions[] {
  const text = textOf(hotLine);
  if (text === undefined) return [];
  const textAt = (index: number) => document.lineAt(index).text.trim();
  const line = placeLine(document.lineCount, textAt, Math.max(0, hotLine.line - 1), hotLine.sourceLine);
  if (line === undefined) return [];
  const { end } = document.lineAt(line).range;
  return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } }];
}
