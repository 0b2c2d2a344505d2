/** Every command, once: id → handler. The manifest gives them their titles. */
import * as vscode from 'vscode';
import { IntrospectorError } from '../sidecar/protocol/errors';
import type { Frame, TargetAddress } from '../sidecar/protocol/values';
import { openFrame } from './frames/openFrame';
import { plainMessage } from './notifications/plainMessage';
import type { ReportDocuments } from './reports/reportDocuments';
import type { Settings } from './settings';
import type { Sidecar } from './sidecar/sidecar';
import type { SessionStore, WatchedTarget } from './store/sessionStore';
import { pickTarget } from './targets/processPicker';
import type { RequestNode } from './trees/requestNodes';
import type { RequestTree } from './trees/requestTree';

const HOOK_WORDS = { installed: 'hooked', notNeeded: 'not needed', failed: 'not hooked' };

export interface CommandParts {
  log: vscode.LogOutputChannel;
  settings: Settings;
  store: SessionStore;
  sidecar: Sidecar;
  tree: RequestTree;
  reports: ReportDocuments;
}

/** @returns what unregisters them */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { log, store, tree, reports } = parts;
  const handlers = {
    'introspector.attach': (address?: TargetAddress) => attach(parts, address),
    'introspector.detach': () => detach(parts),
    'introspector.captureNext': () => captureNext(parts),
    'introspector.clearHints': async () => store.clearHints(),
    'introspector.showLog': async () => log.show(),
    'introspector.showActions': () => showActions(),
    'introspector.openFrame': (frame: Frame) => openFrame(frame),
    'introspector.revealRequest': (id: string) => tree.reveal(id),
    'introspector.copyReport': (of: string | RequestNode) => copyReport(parts, of, 'text'),
    'introspector.copyAsMarkdown': (of: string | RequestNode) => copyReport(parts, of, 'markdown'),
    'introspector.openReport': (of: string | RequestNode) => reports.open(idOf(of)),
    'introspector.openLastReport': (targetId?: string) => openLastReport(parts, targetId),
    'introspector.openJournal': () => openJournal(parts),
    'introspector.groupRequests': () => tree.setGrouped(true),
    'introspector.listRequestsByTime': () => tree.setGrouped(false),
    'introspector.filterRequests': () => filterRequests(tree),
    'introspector.clearFilter': async () => tree.setFilter(''),
    'introspector.clearRequests': async () => store.clearRequests(),
  };
  const registered = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await (handler as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        reportError(error, log);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

async function attach(parts: CommandParts, given?: TargetAddress): Promise<void> {
  const { sidecar, settings, store, log } = parts;
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      'Attaching runs code inside another process, so it needs a trusted workspace.',
    );
    return;
  }
  const list = async () => (await sidecar.request('listProcesses', {})).processes;
  const address = given ?? (await pickTarget(list));
  if (address === undefined) return;
  store.removeGoneTargets();
  const { target } = await sidecar.attach({ address, settings: settings.watch, reattach: settings.reattaches });
  log.info(`attached to ${target.name} [${target.pid}], Node.js ${target.nodeVersion}`);
  for (const { name, state, detail } of target.hooks) {
    log.info(`${HOOK_WORDS[state]}: ${name}${detail ? ` (${detail})` : ''}`);
  }
  void vscode.commands.executeCommand('introspector.requests.focus', { preserveFocus: true });
}

async function detach({ sidecar, store, log }: CommandParts): Promise<void> {
  const chosen = await chooseTarget(store.targets);
  if (chosen === undefined) return;
  const { id, name, pid, state } = chosen.target;
  const { undone } = state.state === 'gone' ? { undone: [] } : await sidecar.request('detach', { targetId: id });
  store.removeTarget(id);
  for (const sentence of undone) log.info(sentence);
  vscode.window.setStatusBarMessage(
    `$(check) Detached from ${name} [${pid}]: nothing of Introspector is left in it`,
    5_000,
  );
}

async function chooseTarget(targets: readonly WatchedTarget[]): Promise<WatchedTarget | undefined> {
  if (targets.length === 0) void vscode.window.showInformationMessage('Introspector is not attached to anything.');
  if (targets.length <= 1) return targets[0];
  const items = targets.map(watched => ({
    label: watched.target.name,
    description: `pid ${watched.target.pid}`,
    watched,
  }));
  return (await vscode.window.showQuickPick(items, { title: 'Detach Introspector from' }))?.watched;
}

async function captureNext({ sidecar, settings, store }: CommandParts): Promise<void> {
  const watch = settings.watch;
  if (watch.captureLocals === 'blocked') {
    void vscode.window.showInformationMessage('The variables of every blocked request are read already.');
    return;
  }
  for (const { target } of store.liveTargets) {
    await sidecar.request('configure', { targetId: target.id, settings: { ...watch, captureLocals: 'next' } });
  }
  vscode.window.setStatusBarMessage('$(symbol-variable) The next blocked request will show its variables', 5_000);
}

async function showActions(): Promise<void> {
  const actions = [
    { label: '$(debug-disconnect) Detach', command: 'introspector.detach' },
    { label: '$(plug) Attach to another process…', command: 'introspector.attach' },
    { label: '$(list-tree) Show slow requests', command: 'introspector.requests.focus' },
    { label: '$(symbol-variable) Capture variables of the next blocked request', command: 'introspector.captureNext' },
    { label: '$(clear-all) Clear hints', command: 'introspector.clearHints' },
    { label: '$(output) Show log', command: 'introspector.showLog' },
  ];
  const chosen = await vscode.window.showQuickPick(actions, { title: 'Introspector' });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function idOf(of: string | RequestNode): string {
  return typeof of === 'string' ? of : of.id;
}

async function filterRequests(tree: RequestTree): Promise<void> {
  const before = tree.filter;
  const box = vscode.window.createInputBox();
  box.title = 'Filter Requests';
  box.placeholder = 'Part of a method, route, function or file';
  box.value = before;
  const isKept = await new Promise<boolean>(resolve => {
    box.onDidChangeValue(text => tree.setFilter(text));
    box.onDidAccept(() => resolve(true));
    box.onDidHide(() => resolve(false));
    box.show();
  });
  if (!isKept) tree.setFilter(before);
  box.dispose();
}

async function openLastReport({ store, reports }: CommandParts, targetId?: string): Promise<void> {
  const isOver = ({ target }: WatchedTarget) => ['gone', 'awaitingRestart'].includes(target.state.state);
  const target = targetId === undefined ? store.targets.find(isOver)?.target : store.targetOf({ targetId });
  if (target) await reports.openLast(target);
  else void vscode.window.showInformationMessage('No watched app has ended.');
}

async function openJournal({ sidecar, store }: CommandParts): Promise<void> {
  const { journals } = await sidecar.request('listJournals', {});
  const items = journals.map(journal => ({
    label: journal.target.name,
    description: `pid ${journal.target.pid} · ${new Date(journal.startedAtMs).toLocaleString()}${journal.isLive ? ' · being written' : ''}`,
    detail: journal.target.workingDirectory,
    journal,
  }));
  const title = items.length > 0 ? 'Open Journal' : 'There is no journal yet: one begins with each attach';
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (chosen === undefined) return;
  const { target, slowRequests, problems } = await sidecar.request('readJournal', { file: chosen.journal.file });
  store.putHistory(target, slowRequests);
  for (const problem of problems)
    void vscode.window.showWarningMessage(plainMessage(`Journal of ${target.name}: ${problem}`));
  void vscode.commands.executeCommand('introspector.requests.focus', { preserveFocus: true });
}

async function copyReport(
  { sidecar }: CommandParts,
  of: string | RequestNode,
  format: 'text' | 'markdown',
): Promise<void> {
  const { text } = await sidecar.request('report', { slowRequestId: idOf(of), format });
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('$(check) Report copied', 3_000);
}

/** An expected error says what to do; anything else is a bug, and its stack goes to the log. */
function reportError(error: unknown, log: vscode.LogOutputChannel): void {
  const message = error instanceof IntrospectorError ? error.advice : `Introspector failed: ${String(error)}`;
  log.error(error instanceof IntrospectorError ? message : String(error instanceof Error ? error.stack : error));
  void vscode.window.showErrorMessage(plainMessage(message), 'Show Log').then(button => button && log.show());
}
