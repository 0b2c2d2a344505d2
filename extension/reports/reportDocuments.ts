/** Reports as documents: plain text that nobody can change, kept up to date while the request goes on. */
import * as vscode from 'vscode';
import { IntrospectorError } from '../../sidecar/protocol/errors';
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { SlowRequest, Target } from '../../sidecar/protocol/values';
import type { LastReport } from '../store/lastReports';
import type { SessionStore } from '../store/sessionStore';
import { ReportLinks } from './reportLinks';
import type { Reports } from './reports';
import { comparisonTitle, lastReportTitle, reportTitle } from './titles';

const SCHEME = 'introspector-report';
const REFRESH_AFTER_MS = 1_000;
const UNKNOWN = 'This report is not known any more. Journals keep them: Introspector: Open Journal…';

interface Shown {
  workingDirectory: string;
  read(): Promise<string>;
  /** Differs when the text may. */
  version(): unknown;
  shownVersion: unknown;
  text: string;
}

export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly shown = new Map<string, Shown>();
  private readonly disposables: { dispose(): void }[];
  private refreshTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly reports: Reports,
  ) {
    const links = new ReportLinks(uri => this.shown.get(uri.toString())?.workingDirectory);
    this.disposables = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, links),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.shown.delete(uri.toString())),
      store.onDidChange(() => this.refreshSoon()),
    ];
  }

  dispose(): void {
    clearTimeout(this.refreshTimer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  async openRequest(request: SlowRequest, { workingDirectory }: Target): Promise<void> {
    const { id } = request;
    const read = () => this.reports.text(id, 'text');
    await this.open(reportTitle(request), id, workingDirectory, read, () => this.store.slowRequest(id));
  }

  async openLastReport({ id, target, text }: LastReport): Promise<void> {
    await this.open(
      lastReportTitle(target),
      `last ${id}`,
      target.workingDirectory,
      async () => text,
      () => text,
    );
  }

  /** @param id of the two profiles together */
  async openComparison(profile: ProfileInfo, id: string, text: string): Promise<void> {
    await this.open(
      comparisonTitle(profile),
      id,
      profile.target.workingDirectory,
      async () => text,
      () => text,
    );
  }

  /** A report that cannot be had any more stays as it was. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const shown = this.shown.get(uri.toString());
    if (shown === undefined) return UNKNOWN;
    shown.shownVersion = shown.version();
    try {
      shown.text = await shown.read();
    } catch (error) {
      if (!(error instanceof IntrospectorError)) throw error;
      if (shown.text === '') return error.advice;
    }
    return shown.text;
  }

  private async open(
    title: string,
    id: string,
    workingDirectory: string,
    read: Shown['read'],
    version: Shown['version'],
  ): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query: id });
    const key = uri.toString();
    if (!this.shown.has(key))
      this.shown.set(key, { workingDirectory, read, version, shownVersion: version(), text: '' });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  private refreshSoon(): void {
    if (this.shown.size === 0) return;
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      for (const [key, { version, shownVersion }] of this.shown) {
        const now = version();
        if (now !== undefined && now !== shownVersion) this.changed.fire(vscode.Uri.parse(key));
      }
    }, REFRESH_AFTER_MS);
  }
}
