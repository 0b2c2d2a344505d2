/** Attach, ask for more, detach. */
import * as vscode from 'vscode';
import type { TargetAddress } from '../../sidecar/protocol/values';
import { pickTarget } from '../targets/processPicker';
import { chooseTarget } from './chooseTarget';
import type { CommandParts } from './parts';

const NOT_ATTACHED = 'Introspector is not attached to anything.';
const HOOK_WORDS = { installed: 'hooked', notNeeded: 'not needed', failed: 'not hooked' };

/** @param given asked for when it is not there */
export async function attach({ sidecar, store, log }: CommandParts, given?: TargetAddress): Promise<void> {
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
  const { target } = await sidecar.attach(address);
  log.info(`attached to ${target.name} [${target.pid}], Node.js ${target.nodeVersion}`);
  for (const { name, state, detail } of target.hooks) {
    log.info(`${HOOK_WORDS[state]}: ${name}${detail ? ` (${detail})` : ''}`);
  }
  void vscode.commands.executeCommand('introspector.requests.focus', { preserveFocus: true });
}

/** Has the next request of each app that blocks its event loop read, whatever the setting says. */
export async function captureNext({ sidecar, settings, store }: CommandParts): Promise<void> {
  const { watch } = settings;
  if (store.liveTargets.length === 0) {
    void vscode.window.showInformationMessage(NOT_ATTACHED);
    return;
  }
  if (watch.captureLocals === 'blocked') {
    void vscode.window.showInformationMessage('The variables of every blocked request are read already.');
    return;
  }
  await sidecar.configure({ ...watch, captureLocals: 'next' });
  vscode.window.setStatusBarMessage('$(symbol-variable) The next blocked request will show its variables', 5_000);
}

export async function detach({ sidecar, store, log }: CommandParts): Promise<void> {
  const chosen = await chooseTarget(store.targets, 'Detach Introspector from', NOT_ATTACHED);
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
