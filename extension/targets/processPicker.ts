/** The list of running Node.js processes to choose from. */
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { parseTargetAddress } from '../../sidecar/protocol/address';
import type { ProcessInfo, TargetAddress } from '../../sidecar/protocol/values';

type Item = vscode.QuickPickItem & { address?: TargetAddress; entersAddress?: true };

const MAX_SCRIPT_CHARACTERS = 40;
const TITLE = 'Attach Introspector to a Node.js Process';

/**
 * @param list asks for the processes, newest first; called again by the refresh button
 * @returns what the user chose; undefined when the list was closed
 */
export async function pickTarget(list: () => Promise<readonly ProcessInfo[]>): Promise<TargetAddress | undefined> {
  const choice = await pickProcess(list);
  return choice?.entersAddress ? enterAddress() : choice?.address;
}

async function pickProcess(list: () => Promise<readonly ProcessInfo[]>): Promise<Item | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = TITLE;
  pick.placeholder = 'Choose a running app. Detaching leaves no trace in it.';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [{ iconPath: new vscode.ThemeIcon('refresh'), tooltip: 'Refresh' }];
  const fill = async () => {
    pick.busy = true;
    try {
      pick.items = itemsFor(await list());
    } finally {
      pick.busy = false;
    }
  };
  try {
    const chosen = new Promise<Item | undefined>((resolve, reject) => {
      pick.onDidAccept(() => resolve(pick.selectedItems[0]));
      pick.onDidHide(() => resolve(undefined));
      pick.onDidTriggerButton(() => void fill().catch(reject));
      fill().catch(reject);
    });
    pick.show();
    return await chosen;
  } finally {
    pick.dispose();
  }
}

function itemsFor(processes: readonly ProcessInfo[]): Item[] {
  const here = serversFirst(processes.filter(isInWorkspace));
  const elsewhere = serversFirst(processes.filter(process => !here.includes(process)));
  const none: Item = { label: 'No Node.js process is running', detail: 'Start your app, then refresh.' };
  return [
    ...(processes.length === 0 ? [none] : []),
    ...section('this workspace', here),
    ...section(here.length > 0 ? 'other processes' : 'running processes', elsewhere),
    separator('remote or already open'),
    {
      label: '$(plug) Enter host:port…',
      detail: 'The address of an inspector that is open already',
      entersAddress: true,
      alwaysShow: true,
    },
  ];
}

/** What listens is what people look for; among them the newest stay first. */
function serversFirst(processes: readonly ProcessInfo[]): ProcessInfo[] {
  return [...processes].sort((a, b) => Number(b.ports.length > 0) - Number(a.ports.length > 0));
}

function section(title: string, processes: readonly ProcessInfo[]): Item[] {
  return processes.length === 0 ? [] : [separator(title), ...processes.map(itemFor)];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function itemFor({ pid, script, ports, workingDirectory, startedAtMs }: ProcessInfo): Item {
  const listening = ports.length === 0 ? 'no port' : `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
  const started = startedAtMs === undefined ? '' : ` · started ${startedText(Date.now() - startedAtMs)}`;
  return {
    label: `$(${ports.length === 0 ? 'circle-outline' : 'server-process'}) ${scriptText(script, workingDirectory)}`,
    description: `pid ${pid} · ${listening}`,
    detail: `${workingDirectory ?? 'working directory unknown'}${started}`,
    address: { pid },
  };
}

/** The path from the working directory; only its end when it is long, so that the pid beside it can be read. */
function scriptText(script: string, workingDirectory: string | undefined): string {
  const isBelow = workingDirectory !== undefined && script.startsWith(workingDirectory);
  const path = (isBelow && relative(workingDirectory, script)) || script;
  return path.length > MAX_SCRIPT_CHARACTERS ? `…/${path.split(/[\\/]/).slice(-2).join('/')}` : path;
}

function startedText(agoMs: number): string {
  const minutes = Math.floor(agoMs / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

function isInWorkspace({ workingDirectory }: ProcessInfo): boolean {
  if (workingDirectory === undefined) return false;
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(workingDirectory)) !== undefined;
}

async function enterAddress(): Promise<TargetAddress | undefined> {
  const text = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'Address of the inspector, as Node.js prints it when it is started with --inspect',
    value: '127.0.0.1:9229',
    valueSelection: ['127.0.0.1:'.length, '127.0.0.1:9229'.length],
    validateInput: value => (parseTargetAddress(value.trim()) ? undefined : 'Host and port, such as 127.0.0.1:9229'),
  });
  return text === undefined ? undefined : parseTargetAddress(text.trim());
}
