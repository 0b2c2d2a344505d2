/** Asks for a budget and puts the selected code into a box. */
import * as vscode from 'vscode';
import { plainMessage } from '../notifications/plainMessage';
import { LANGUAGES, sourceText } from '../timebox/sourceText';
import type { CommandParts } from './parts';

/** What a code action hands over. */
export interface TimeboxOrder {
  uri: vscode.Uri;
  range: vscode.Range;
  /** Asked for when it is not said and there is a choice. */
  defersFinally?: boolean;
}

const DEFAULT_BUDGET_MS = 1_000;
/** The longest that a timer of Node.js can wait. */
const MAX_BUDGET_MS = 2_147_483_647;

/** @param ordered what to wrap; else it is the selection of the active editor, or the call at its cursor */
export async function timeboxCall({ refactoring }: CommandParts, ordered?: TimeboxOrder): Promise<void> {
  const order = ordered ?? activeOrder();
  if (order === undefined) {
    void vscode.window.showInformationMessage('Open a JavaScript or TypeScript file and select the call to timebox.');
    return;
  }
  const document = await vscode.workspace.openTextDocument(order.uri);
  const span = { start: document.offsetAt(order.range.start), end: document.offsetAt(order.range.end) };
  const source = sourceText(document);
  const edit = (budgetMs: number, defersFinally: boolean) =>
    refactoring.get().timeboxEdit(source, span, { budgetMs, defersFinally });
  const tried = edit(DEFAULT_BUDGET_MS, false);
  if ('refusal' in tried) return refuse(tried.refusal);
  const defersFinally = order.defersFinally ?? (tried.canDefer ? await chooseFinally() : false);
  if (defersFinally === undefined) return;
  const budgetMs = await askBudget();
  if (budgetMs === undefined) return;
  const found = edit(budgetMs, defersFinally);
  if ('refusal' in found) return refuse(found.refusal);
  if (document.getText() !== source.text) return refuse('The file has changed meanwhile. Try again.');

  const changes = new vscode.WorkspaceEdit();
  for (const { start, end, text } of found.edits) changes.replace(document.uri, rangeOf(document, start, end), text);
  if (!(await vscode.workspace.applyEdit(changes))) return refuse('The file could not be changed.');
  const editor = await vscode.window.showTextDocument(document);
  const budget = rangeOf(document, found.budgetStart, found.budgetStart + String(budgetMs).length);
  editor.selection = new vscode.Selection(budget.start, budget.end);
  editor.revealRange(budget, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (found.warning !== undefined) void vscode.window.showWarningMessage(plainMessage(found.warning));
}

function activeOrder(): TimeboxOrder | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !LANGUAGES.includes(editor.document.languageId)) return undefined;
  return { uri: editor.document.uri, range: editor.selection };
}

function refuse(reason: string): void {
  void vscode.window.showInformationMessage(plainMessage(`This cannot be timeboxed. ${reason}`));
}

async function chooseFinally(): Promise<boolean | undefined> {
  const choices = [
    { label: 'Turn finally into box.defer', detail: 'It runs on every exit, also when the time is up.', defers: true },
    {
      label: 'Keep finally',
      detail: 'When the time is up, the code is stopped where it is: finally does not run.',
      defers: false,
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { title: 'Timebox this Call' });
  return chosen?.defers;
}

async function askBudget(): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Timebox this Call',
    prompt: 'Budget in milliseconds. When it is spent, the call ends with a TimeboxError.',
    value: String(DEFAULT_BUDGET_MS),
    validateInput: answer =>
      budgetOf(answer) === undefined ? 'A number of milliseconds above 0, such as 1000.' : null,
  });
  return text === undefined ? undefined : budgetOf(text);
}

function budgetOf(text: string): number | undefined {
  const digits = text.trim().replace(/(?<=\d)[,_](?=\d{3}\b)/g, '');
  const budgetMs = /^\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : 0;
  return budgetMs > 0 && budgetMs <= MAX_BUDGET_MS ? budgetMs : undefined;
}

function rangeOf(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
