/** Shows the few things that are worth a message, each with a way to have no more of them. */
import * as vscode from 'vscode';
import type { ReportDocuments } from '../reports/reportDocuments';
import type { Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import { Occasions, type Telling } from './occasions';
import { plainMessage } from './plainMessage';

/** What happens at once is told at once. */
const LOOK_AFTER_MS = 300;
const SHOW_REQUEST = 'Show Request';
const OPEN_LAST_REPORT = 'Open Last Report';
const NEVER_AGAIN = "Don't Show Again";

export class Notifications implements vscode.Disposable {
  private readonly occasions: Occasions;
  private readonly open = new Set<string>();
  private readonly subscription;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    store: SessionStore,
    private readonly settings: Settings,
    private readonly documents: ReportDocuments,
  ) {
    this.occasions = new Occasions(store);
    this.subscription = store.onDidChange(() => {
      this.timer ??= setTimeout(() => this.look(), LOOK_AFTER_MS);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
  }

  private look(): void {
    this.timer = undefined;
    for (const telling of this.occasions.news()) {
      if (this.settings.notifiesOf(telling.occasion) && !this.open.has(telling.about)) void this.tell(telling);
    }
  }

  private async tell(telling: Telling): Promise<void> {
    const { occasion, about, text, requestId, lastReport } = telling;
    const show =
      occasion === 'firstSlowRequest' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const offers = [...(requestId ? [SHOW_REQUEST] : []), ...(lastReport ? [OPEN_LAST_REPORT] : []), NEVER_AGAIN];
    this.open.add(about);
    const chosen = await show(plainMessage(text), ...offers);
    this.open.delete(about);
    if (chosen === SHOW_REQUEST) await vscode.commands.executeCommand('introspector.revealRequest', requestId);
    if (chosen === OPEN_LAST_REPORT && lastReport) await this.documents.openLastReport(lastReport);
    if (chosen === NEVER_AGAIN) await this.settings.stopNotifyingOf(occasion);
  }
}
