/** What can be done with the report of a request, or with the last one of a process. */
import * as vscode from 'vscode';
import { errors } from '../../sidecar/protocol/errors';
import type { Params } from '../../sidecar/protocol/messages';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import { type LastReport, lastReportOf } from '../store/lastReports';
import { CAUSE_WORDS } from '../trees/causes';
import type { RequestNode } from '../trees/nodes';
import type { CommandParts } from './parts';

/** What a menu, a hover or nobody says. */
type Meant = string | RequestNode | undefined;

export async function revealRequest({ tree }: CommandParts, id: string): Promise<void> {
  if (!(await tree.reveal(id))) throw errors.noSuchRequest(id);
}

export async function copyReport(parts: CommandParts, format: Params<'report'>['format'], of: Meant): Promise<void> {
  const id = await requestId(parts, of);
  if (id === undefined) return;
  await vscode.env.clipboard.writeText(await parts.reports.text(id, format));
  vscode.window.setStatusBarMessage('$(check) Report copied', 3_000);
}

export async function openReport(parts: CommandParts, of: Meant): Promise<void> {
  const id = await requestId(parts, of);
  if (id === undefined) return;
  const found = parts.reports.find(id);
  if (found === undefined) throw errors.noSuchRequest(id);
  await parts.documents.openRequest(found.request, found.target);
}

/** @param of a journal in the view; else one of the processes that ended in this session */
export async function openLastReport({ store, documents }: CommandParts, of?: RequestNode): Promise<void> {
  const report = of?.kind === 'journal' ? lastReportOf(of.journal.target) : await chooseLastReport(store.lastReports);
  if (report) await documents.openLastReport(report);
}

async function chooseLastReport(reports: readonly LastReport[]): Promise<LastReport | undefined> {
  if (reports.length === 0) {
    void vscode.window.showInformationMessage(
      'No process that was watched has ended with requests in flight. Journals of before: Introspector: Open Journal…',
    );
  }
  if (reports.length <= 1) return reports[0];
  const items = reports.map(report => ({
    label: `${report.target.name} [${report.target.pid}]`,
    description: report.message,
    report,
  }));
  return (await vscode.window.showQuickPick(items, { title: 'Open the last report of' }))?.report;
}

/** The one meant, else the one selected in the view, else the one chosen from a list. */
async function requestId({ store, tree }: CommandParts, of: Meant): Promise<string | undefined> {
  if (typeof of === 'string') return of;
  const request = of?.kind === 'request' ? of.request : tree.selectedRequest;
  return (request ?? (await chooseRequest(store.slowRequests)))?.id;
}

async function chooseRequest(requests: readonly SlowRequest[]): Promise<SlowRequest | undefined> {
  if (requests.length === 0) void vscode.window.showInformationMessage('No slow request is known.');
  const items = requests.map(request => ({
    label: `${request.method} ${request.url}`,
    description: `${exactMs(request.durationMs)} · ${CAUSE_WORDS[request.cause]} · ${new Date(request.startedAtMs).toLocaleTimeString()}`,
    request,
  }));
  if (items.length === 0) return undefined;
  return (await vscode.window.showQuickPick(items, { title: 'Report of', matchOnDescription: true }))?.request;
}
