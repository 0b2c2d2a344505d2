/** Paints hints at the ends of guilty lines, in the editors that are visible. */
import * as vscode from 'vscode';
import type { Cause, LineHint } from '../../sidecar/protocol/values';
import type { Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import type { HintPlacer } from './hintPlacer';

/** Typing repaints nothing before it pauses for this long. */
const REPAINT_AFTER_MS = 100;
const MAX_HINT_CHARACTERS = 120;

/** One decoration type a colour, made once: VS Code keeps types for as long as the window lives. */
type Painted = Exclude<Cause, 'heldUp'>;

export class LineDecorations implements vscode.Disposable {
  private readonly types: Record<Painted, vscode.TextEditorDecorationType> = {
    computing: decorationType('introspector.hintComputingForeground'),
    waiting: decorationType('introspector.hintWaitingForeground'),
  };
  private readonly disposables: { dispose(): void }[];
  private repaintTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
    private readonly placer: HintPlacer,
  ) {
    this.disposables = [
      ...Object.values(this.types),
      store.onDidChange(() => this.repaintSoon()),
      settings.onDidChange(() => this.repaintSoon()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.repaintSoon()),
      vscode.workspace.onDidChangeTextDocument(change => {
        placer.shift(change);
        this.repaintSoon();
      }),
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
    const hints = this.settings.hintsEnabled ? hintsOf(this.store, editor.document) : [];
    for (const cause of ['computing', 'waiting'] satisfies Painted[]) {
      const options = hints
        .filter(hint => hint.cause === cause)
        .map(hint => this.decoration(editor.document, hint))
        .filter(option => option !== undefined);
      editor.setDecorations(this.types[cause], options);
    }
  }

  private decoration(document: vscode.TextDocument, hint: LineHint): vscode.DecorationOptions | undefined {
    const line = this.placer.lineOf(document, hint);
    if (line === undefined) return undefined;
    const { end } = document.lineAt(line).range;
    const text = hint.text.length > MAX_HINT_CHARACTERS ? `${hint.text.slice(0, MAX_HINT_CHARACTERS)}…` : hint.text;
    return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: `● ${text}` } } };
  }
}

/** @returns hints that speak of this document's file */
export function hintsOf(store: SessionStore, { uri }: vscode.TextDocument): readonly LineHint[] {
  return uri.scheme === 'file' ? store.hints.filter(hint => isSameFile(hint.file, uri)) : [];
}

export function isSameFile(file: string, uri: vscode.Uri): boolean {
  return vscode.Uri.file(file).fsPath === uri.fsPath;
}

function decorationType(colorId: string): vscode.TextEditorDecorationType {
  const color = new vscode.ThemeColor(colorId);
  return vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color, fontStyle: 'normal' },
    overviewRulerColor: color,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
