/** Keeps the lines of hints in open documents up to date while they are edited. */
import type * as vscode from 'vscode';
import type { LineHint } from '../../sidecar/protocol/values';
import { placeLine, shiftLine } from '../store/placement';

/** What is shown on a line, and how that line read when the app ran it. */
export type Placed = Pick<LineHint, 'id' | 'line' | 'sourceLine'>;

/** Line of each hint by its id; null when the line it was about has been changed or is not to be found. */
type Anchors = Map<string, number | null>;

export class HintPlacer {
  private readonly anchors = new WeakMap<vscode.TextDocument, Anchors>();

  /** @returns 0-based line of the hint in the document; undefined when it is not there any more */
  lineOf(document: vscode.TextDocument, hint: Placed): number | undefined {
    const anchors = this.anchorsOf(document);
    let line = anchors.get(hint.id);
    if (line === undefined) {
      const textAt = (index: number) => document.lineAt(index).text.trim();
      line = placeLine(document.lineCount, textAt, hint.line - 1, hint.sourceLine) ?? null;
      anchors.set(hint.id, line);
    }
    if (line === null || line >= document.lineCount) return undefined;
    // The hint speaks of the line as it ran: an edited line has nothing to say for it.
    return document
      .lineAt(line)
      .text.trim()
      .startsWith(hint.sourceLine ?? '')
      ? line
      : undefined;
  }

  /** Moves the hints of a document along with an edit of it. */
  shift({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const anchors = this.anchorsOf(document);
    // VS Code lists the changes of one edit from the end of the document to its start: each is valid on its own.
    for (const { range, text } of contentChanges) {
      const [startLine, endLine] = [range.start.line, range.end.line];
      const delta = text.split('\n').length - 1 - (endLine - startLine);
      const insertsAbove = range.isEmpty && range.start.character === 0 && text.endsWith('\n');
      for (const [id, line] of anchors) {
        if (line === null) continue;
        const moved =
          insertsAbove && line === startLine ? line + delta : shiftLine(line, { startLine, endLine, delta });
        anchors.set(id, moved ?? null);
      }
    }
  }

  private anchorsOf(document: vscode.TextDocument): Anchors {
    let anchors = this.anchors.get(document);
    if (anchors === undefined) {
      anchors = new Map();
      this.anchors.set(document, anchors);
    }
    return anchors;
  }
}
