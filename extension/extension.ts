/** Builds the parts of the extension in the order in which data flows through them. */
import * as vscode from 'vscode';
import type { WatchSettings } from '../sidecar/protocol/values';
import { registerCommands } from './commands';
import { ContextKeys } from './contextKeys';
import { HintHover } from './hints/hintHover';
import { HintPlacer } from './hints/hintPlacer';
import { LineDecorations } from './hints/lineDecorations';
import { createLog, logSidecarLine } from './log';
import { Notifications } from './notifications/notifications';
import { REPORT_SCHEME, ReportDocuments } from './reports/reportDocuments';
import { Settings } from './settings';
import { Sidecar } from './sidecar/sidecar';
import { sidecarMessages } from './sidecar/sidecarMessages';
import { StatusItem } from './status/statusItem';
import { SessionStore } from './store/sessionStore';
import { RequestTree } from './trees/requestTree';

let sidecar: Sidecar | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const settings = new Settings();
  const store = new SessionStore();
  sidecar = new Sidecar(
    {
      file: context.asAbsolutePath('dist/sidecar.mjs'),
      version: String(context.extension.packageJSON.version),
      onLine: line => logSidecarLine(log, line),
      onProblem: problem => log.warn(problem),
    },
    store,
    sidecarMessages(log),
    () => settings.deliveries,
  );
  const placer = new HintPlacer();
  const tree = new RequestTree(store, context.workspaceState);
  const reports = new ReportDocuments(store, sidecar);
  context.subscriptions.push(
    log,
    settings,
    new ContextKeys(store),
    new StatusItem(store),
    tree,
    reports,
    vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, reports),
    vscode.languages.registerDocumentLinkProvider({ scheme: REPORT_SCHEME }, reports),
    new Notifications(store, settings),
    new LineDecorations(store, settings, placer),
    vscode.languages.registerHoverProvider({ scheme: 'file' }, new HintHover(store, settings, placer)),
    registerCommands({ log, settings, store, sidecar, tree, reports }),
    settings.onDidChange(() => void applySettings(store, settings.watch, log)),
  );
}

/** The sidecar detaches from everything before it ends, so that no app keeps our agent. */
export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}

async function applySettings(
  store: SessionStore,
  settings: WatchSettings,
  log: vscode.LogOutputChannel,
): Promise<void> {
  for (const { target } of store.liveTargets) {
    await sidecar?.request('configure', { targetId: target.id, settings }).catch(error => log.warn(String(error)));
  }
  await sidecar?.applyDeliveries().catch(error => log.warn(String(error)));
}
