/** Offers *Timebox this call…* among the refactorings of a selection, or of the call at the cursor. */
import * as vscode from 'vscode';
import type { TimeboxOrder } from '../commands/timeboxCall';
import type { RefactoringModule } from './refactoringModule';
import { LANGUAGES, sourceText } from './sourceText';

const KIND = vscode.CodeActionKind.RefactorRewrite.append('timebox');
const TITLE = 'Timebox this call…';
const DEFERRING_TITLE = 'Timebox this call, with finally as box.defer…';
/** Any will do: it is only to be known whether it can be done. */
const ANY_BUDGET_MS = 1_000;
/** A call, or a loop, as far as that shows without a parser. */
const MAY_TAKE_TIME = /[\w$\])>]\s*(?:\?\.)?[(`]|\b(?:new|await|while|do)\b/;

export class TimeboxActions implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly registered: vscode.Disposable;

  constructor(private readonly refactoring: RefactoringModule) {
    const documents = LANGUAGES.flatMap(language => [
      { language, scheme: 'file' },
      { language, scheme: 'untitled' },
    ]);
    const metadata = { providedCodeActionKinds: [KIND] };
    this.registered = vscode.languages.registerCodeActionsProvider(documents, this, metadata);
  }

  dispose(): void {
    this.registered.dispose();
  }

  /**
   * VS Code asks at every move of the cursor, for its light bulb. That must cost nothing: what is selected is offered by
   * its looks then, a mere cursor not at all. The parser is asked when a person asks.
   */
  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (context.only !== undefined && !context.only.contains(KIND)) return [];
    if (!MAY_TAKE_TIME.test(textAround(document, range))) return [];
    const order = { uri: document.uri, range };
    if (context.triggerKind === vscode.CodeActionTriggerKind.Automatic) {
      return range.isEmpty ? [] : [actionFor(TITLE, order)];
    }
    const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const wish = { budgetMs: ANY_BUDGET_MS, defersFinally: false };
    const found = this.refactoring.get().timeboxEdit(sourceText(document), span, wish);
    if ('refusal' in found) {
      const action = new vscode.CodeAction(TITLE, KIND);
      action.disabled = { reason: found.refusal };
      return [action];
    }
    const plain = actionFor(TITLE, { ...order, defersFinally: false });
    return found.canDefer ? [plain, actionFor(DEFERRING_TITLE, { ...order, defersFinally: true })] : [plain];
  }
}

function actionFor(title: string, order: TimeboxOrder): vscode.CodeAction {
  const action = new vscode.CodeAction(title, KIND);
  action.command = { command: 'introspector.timebox', title, arguments: [order] };
  return action;
}

/** A cursor may be in a call that began some lines before. */
function textAround(document: vscode.TextDocument, range: vscode.Range): string {
  if (!range.isEmpty) return document.getText(range);
  const first = Math.max(range.start.line - 20, 0);
  return document.getText(new vscode.Range(first, 0, range.end.line + 1, 0));
}
