/** Every command, once: id → handler. The manifest gives them their titles. */
import * as vscode from 'vscode';
import { IntrospectorError } from '../../sidecar/protocol/errors';
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { Frame, TargetAddress } from '../../sidecar/protocol/values';
import { openFrame } from '../frames/openFrame';
import { plainMessage } from '../notifications/plainMessage';
import type { RequestNode } from '../trees/nodes';
import { shownGroups } from '../trees/rootNodes';
import { attach, captureNext, detach } from './attaching';
import { filterRequests } from './filterRequests';
import { closeJournal, openJournal } from './journals';
import type { CommandParts } from './parts';
import { compareProfiles, copyProfileLink, deleteProfile, exportProfile, openProfile, profileNext } from './profiles';
import { replayInCopy } from './replay';
import { copyReport, openLastReport, openReport, revealRequest } from './reports';
import { stopRequest } from './stopping';
import { type TimeboxOrder, timeboxCall } from './timeboxCall';

/** @returns what unregisters them */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { log, store, view } = parts;
  const handlers = {
    'introspector.attach': (address?: TargetAddress) => attach(parts, address),
    'introspector.detach': () => detach(parts),
    'introspector.captureNext': () => captureNext(parts),
    'introspector.clearHints': async () => store.clearHints(),
    'introspector.clearRequests': async () => store.clearRequests(shownGroups(parts)),
    'introspector.groupRequests': () => view.group(true),
    'introspector.listRequestsByTime': () => view.group(false),
    'introspector.filterRequests': () => filterRequests(parts),
    'introspector.clearFilter': async () => view.setFilter(''),
    'introspector.showLog': async () => log.show(),
    'introspector.showActions': () => showActions(),
    'introspector.openFrame': (frame: Frame) => openFrame(frame),
    'introspector.revealRequest': (id: string) => revealRequest(parts, id),
    'introspector.copyReport': (of?: string | RequestNode) => copyReport(parts, 'text', of),
    'introspector.copyAsMarkdown': (of?: string | RequestNode) => copyReport(parts, 'markdown', of),
    'introspector.openReport': (of?: string | RequestNode) => openReport(parts, of),
    'introspector.openLastReport': (of?: RequestNode) => openLastReport(parts, of),
    'introspector.openJournal': () => openJournal(parts),
    'introspector.profileNext': (of?: RequestNode | string) => profileNext(parts, of),
    'introspector.copyProfileLink': (of?: RequestNode) => copyProfileLink(parts, of),
    'introspector.openProfile': (of?: ProfileInfo | RequestNode) => openProfile(parts, of),
    'introspector.exportProfile': (of?: ProfileInfo) => exportProfile(parts, of),
    'introspector.compareProfiles': (of?: ProfileInfo) => compareProfiles(parts, of),
    'introspector.deleteProfile': (of?: ProfileInfo) => deleteProfile(parts, of),
    'introspector.replay': (of?: RequestNode | ProfileInfo) => replayInCopy(parts, of),
    'introspector.interruptRequest': (of?: RequestNode) => stopRequest(parts, 'interruptRequest', of),
    'introspector.endResponse': (of?: RequestNode) => stopRequest(parts, 'endResponse', of),
    'introspector.timebox': (of?: TimeboxOrder) => timeboxCall(parts, of),
    'introspector.closeJournal': (of: RequestNode) => closeJournal(parts, of),
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

async function showActions(): Promise<void> {
  const actions = [
    { label: '$(debug-disconnect) Detach', command: 'introspector.detach' },
    { label: '$(plug) Attach to another process…', command: 'introspector.attach' },
    { label: '$(list-tree) Show slow requests', command: 'introspector.requests.focus' },
    { label: '$(flame) Profile the next request…', command: 'introspector.profileNext' },
    { label: '$(symbol-variable) Capture variables of the next blocked request', command: 'introspector.captureNext' },
    { label: '$(clear-all) Clear hints', command: 'introspector.clearHints' },
    { label: '$(history) Open a journal of before…', command: 'introspector.openJournal' },
    { label: '$(output) Show log', command: 'introspector.showLog' },
  ];
  const chosen = await vscode.window.showQuickPick(actions, { title: 'Introspector' });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

/** An expected error says what to do; anything else is a bug, and its stack goes to the log. */
function reportError(error: unknown, log: vscode.LogOutputChannel): void {
  const message = error instanceof IntrospectorError ? error.advice : `Introspector failed: ${String(error)}`;
  log.error(error instanceof IntrospectorError ? message : String(error instanceof Error ? error.stack : error));
  void vscode.window.showErrorMessage(plainMessage(message), 'Show Log').then(button => button && log.show());
}
