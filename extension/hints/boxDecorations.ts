/** Paints at the ends of lines that call a timebox how often it fired, quietly: the app meant it to. */
import * as vscode from 'vscode';
import type { Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import { boxPlaces } from './boxPlaces';
import { boxHint } from './boxText';
import type { HintPlacer } from './hintPlacer';

/** Typing repaints nothing before it pauses for this long. */
const REPAINT_AFTER_MS = 100;

export class BoxDecorations implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly disposables: { dispose(): void }[];
  private repaintTimer: NodeJS.Timeout | undefined;

  /** @param placer moves with edits; somebody else tells it of them */
  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
    private readonly placer: HintPlacer,
  ) {
    this.disposables = [
      this.type,
      store.onDidChange(() => this.repaintSoon()),
      settings.onDidChange(() => this.repaintSoon()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.repaintSoon()),
      vscode.workspace.onDidChangeTextDocument(() => this.repaintSoon()),
    ];
  }

  dispose(): void {
    clearTimeout(this.repaintTimer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private repaintSoon(): void {
    this.repaintTimer ??= setTimeout(() => {
      this.repaintTimer = undefined;
      for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
    }, REPAINT_AFTER_MS);
  }

  private paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const places = this.settings.hintsEnabled ? boxPlaces(this.store, this.placer, document) : [];
    const options = places.flatMap(({ site, line }): vscode.DecorationOptions[] => {
      const contentText = boxHint(site);
      if (contentText === undefined) return [];
      const { end } = document.lineAt(line).range;
      return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText } } }];
    });
    editor.setDecorations(this.type, options);
  }
}
