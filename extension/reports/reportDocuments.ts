/** Reports as read-only documents, kept up to date while they are open, with their places as links. */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { Target } from '../../sidecar/protocol/values';
import type { Sidecar } from '../sidecar/sidecar';
import type { SessionStore } from '../store/sessionStore';

export const REPORT_SCHEME = 'introspector-report';
const REFRESH_AFTER_MS = 1_000;
/** `src/orders.ts:17:22`, as reports write it. */
const PLACE = /(?<=^|\s)(?<file>[^\s:>](?:(?! {2})[^:\n])*?\.[cm]?[jt]sx?):(?<line>\d+)(?::(?<column>\d+))?(?=\s|$)/gm;

export class ReportDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscription;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly sidecar: Sidecar,
  ) {
    this.subscription = store.onDidChange(() => this.refreshSoon());
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** Opens the report of one slow request. */
  async open(slowRequestId: string): Promise<void> {
    const request = this.store.slowRequest(slowRequestId);
    const title = request ? `${request.method} ${request.route} ${request.requestNumber}` : 'request';
    await show(uriOf('request', slowRequestId, title));
  }

  /** Opens what a target that is gone was doing at its end. */
  async openLast({ id, name, pid }: Target): Promise<void> {
    await show(uriOf('last', id, `${name} ${pid} last report`));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { kind, id } = partsOf(uri);
    if (kind === 'last') return lastReportOf(this.store.targetOf({ targetId: id }));
    try {
      return (await this.sidecar.request('report', { slowRequestId: id, format: 'text' })).text;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { kind, id } = partsOf(document.uri);
    const targetId = kind === 'last' ? id : (this.store.slowRequest(id)?.targetId ?? '');
    const folder = this.store.targetOf({ targetId })?.workingDirectory ?? '/';
    return [...document.getText().matchAll(PLACE)].map(match => {
      const { file = '', line = '1', column = '1' } = match.groups ?? {};
      const start = document.positionAt(match.index);
      const end = document.positionAt(match.index + match[0].length);
      const path = vscode.Uri.file(isAbsolute(file) ? file : join(folder, file));
      return new vscode.DocumentLink(new vscode.Range(start, end), path.with({ fragment: `L${line},${column}` }));
    });
  }

  /** Open reports follow what becomes known of their requests. */
  private refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === REPORT_SCHEME) this.changed.fire(uri);
    }, REFRESH_AFTER_MS);
  }
}

function lastReportOf(target: Target | undefined): string {
  const state = target?.state;
  const isOver = state?.state === 'gone' || state?.state === 'awaitingRestart';
  return (isOver && (state.report ?? state.message)) || 'Nothing is known of it any more.';
}

/** The path is the title of the tab; what is shown stands in the query. */
function uriOf(kind: 'request' | 'last', id: string, title: string): vscode.Uri {
  const path = `/${title.replaceAll('/', '∕')}.txt`;
  return vscode.Uri.from({ scheme: REPORT_SCHEME, path, query: JSON.stringify({ kind, id }) });
}

function partsOf(uri: vscode.Uri): { kind: string; id: string } {
  return JSON.parse(uri.query) as { kind: string; id: string };
}

async function show(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}
