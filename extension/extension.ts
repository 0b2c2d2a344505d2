/** Builds the parts of the extension in the order in which data flows through them. */
import * as vscode from 'vscode';
import { registerCommands } from './commands/commands';
import { ContextKeys } from './contextKeys';
import { BoxDecorations } from './hints/boxDecorations';
import { BoxHover } from './hints/boxHover';
import { HintHover } from './hints/hintHover';
import { HintPlacer } from './hints/hintPlacer';
import { HotLineDecorations } from './hints/hotLineDecorations';
import { LineDecorations } from './hints/lineDecorations';
import { createLog, logSidecarLine } from './log';
import { Notifications } from './notifications/notifications';
import { FlamePanels } from './profiles/flamePanels';
import { ProfileTree } from './profiles/profileTree';
import { RouteLens } from './profiles/routeLens';
import { ReportDocuments } from './reports/reportDocuments';
import { Reports } from './reports/reports';
import { Settings } from './settings';
import { Sidecar } from './sidecar/sidecar';
import { sidecarMessages } from './sidecar/sidecarMessages';
import { StatusItem } from './status/statusItem';
import { OpenJournals } from './store/openJournals';
import { SessionStore } from './store/sessionStore';
import { RefactoringModule } from './timebox/refactoringModule';
import { TimeboxActions } from './timebox/timeboxActions';
import { RequestTree } from './trees/requestTree';
import { ViewState } from './trees/viewState';

let sidecar: Sidecar | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const settings = new Settings(log);
  const store = new SessionStore();
  const journals = new OpenJournals();
  const view = new ViewState(context.workspaceState);
  const process = {
    file: context.asAbsolutePath('dist/sidecar.mjs'),
    version: String(context.extension.packageJSON.version),
    onLine: (line: string) => logSidecarLine(log, line),
    onProblem: (problem: string) => log.warn(problem),
  };
  const running = new Sidecar(process, store, settings, sidecarMessages(log));
  sidecar = running;
  const reports = new Reports(running, store, journals);
  const documents = new ReportDocuments(store, reports);
  const placer = new HintPlacer();
  const model = { store, journals, view };
  const tree = new RequestTree(model);
  const profileTree = new ProfileTree(store, running, log);
  const flames = new FlamePanels(context, store, running, log);
  const refactoring = new RefactoringModule(context.extensionPath);
  const shown = { tree, reports, documents, profileTree, flames };
  context.subscriptions.push(
    log,
    settings,
    new ContextKeys(model),
    new StatusItem(store),
    tree,
    documents,
    profileTree,
    flames,
    new HotLineDecorations(store, settings),
    new RouteLens(store),
    new TimeboxActions(refactoring),
    new Notifications(store, settings, documents),
    new LineDecorations(store, settings, placer),
    new BoxDecorations(store, settings, placer),
    ...[new HintHover(store, settings, placer), new BoxHover(store, settings, placer)].map(hover =>
      vscode.languages.registerHoverProvider({ scheme: 'file' }, hover),
    ),
    registerCommands({ ...model, ...shown, log, settings, sidecar: running, refactoring }),
    settings.onDidChange(() => void running.applyWishes().catch(error => log.warn(String(error)))),
  );
}

/** The sidecar detaches from everything before it ends, so that no app keeps our agent. */
export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}
