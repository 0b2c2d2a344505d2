/** Opens the journals of processes that were watched before. */
import * as vscode from 'vscode';
import type { JournalInfo } from '../../sidecar/protocol/values';
import { dayText } from '../trees/items';
import type { RequestNode } from '../trees/nodes';
import type { CommandParts } from './parts';

export async function openJournal({ sidecar, journals, store }: CommandParts): Promise<void> {
  const { journals: known } = await sidecar.request('listJournals', {});
  if (known.length === 0) {
    void vscode.window.showInformationMessage('There is no journal yet: each process that is watched gets one.');
    return;
  }
  const isWatched = ({ target: { pid, hostname }, isLive }: JournalInfo) =>
    isLive && store.watchingTargets.some(({ target }) => target.pid === pid && target.hostname === hostname);
  const items = known.map(info => itemFor(info, isWatched(info)));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Open Journal',
    placeHolder: 'Choose a process that was watched',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  const journal = await sidecar.request('readJournal', { file: chosen.info.file });
  journals.put({ ...journal, info: chosen.info });
  await vscode.commands.executeCommand('introspector.requests.focus', { preserveFocus: true });
}

export async function closeJournal({ journals }: CommandParts, of: RequestNode): Promise<void> {
  if (of.kind === 'journal') journals.close(of.journal.info.file);
}

function itemFor(info: JournalInfo, isWatched: boolean) {
  const { target, startedAtMs, lastAtMs, bytes } = info;
  const [started, last] = [new Date(startedAtMs), new Date(lastAtMs)];
  const until = isWatched ? 'now' : last.toLocaleTimeString();
  return {
    label: `$(${isWatched ? 'record' : 'history'}) ${target.name}`,
    description: `pid ${target.pid} · ${dayText(started)}, ${started.toLocaleTimeString()} to ${until}`,
    detail: `${target.workingDirectory} on ${target.hostname} · ${sizeText(bytes)}${isWatched ? ' · watched now' : ''}`,
    info,
  };
}

/** @returns `12 kB` */
function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
