/** One entry in the status bar: what is watched, and how that goes. */
import * as vscode from 'vscode';
import type { SessionStore } from '../store/sessionStore';
import { deliverySentences, statusText, targetSentences } from './statusText';

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('introspector.status', vscode.StatusBarAlignment.Left, 50);
  private readonly subscription;

  constructor(private readonly store: SessionStore) {
    this.item.name = 'Introspector';
    this.item.command = 'introspector.showActions';
    this.subscription = store.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { targets, isAttaching, slowRequests } = this.store;
    if (targets.length === 0 && !isAttaching) {
      this.item.hide();
      return;
    }
    const watched = targets.map(({ target }) => target);
    const { text, isWarning } = statusText(watched, slowRequests);
    this.item.text = isAttaching ? '$(loading~spin) Attaching…' : text;
    this.item.backgroundColor = isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.tooltip = tooltipOf(this.store);
    this.item.accessibilityInformation = { label: `Introspector: ${this.item.text.replace(/\$\([^)]*\)\s*/g, '')}` };
    this.item.show();
  }
}

/** Every word that comes from the app goes in as text, never as Markdown. */
function tooltipOf({ targets, deliveries }: SessionStore): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  const add = (title: string, sentences: readonly string[]) => {
    tooltip.appendMarkdown('**').appendText(title).appendMarkdown('**\n\n');
    for (const sentence of sentences) tooltip.appendText(sentence).appendMarkdown('\n\n');
  };
  for (const { target, stats } of targets) add(`${target.name} [${target.pid}]`, targetSentences(target, stats));
  if (deliveries.channels.length > 0) add('Reports', deliverySentences(deliveries.channels));
  return tooltip;
}
