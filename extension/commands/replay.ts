/** Sends a recorded request to a copy of its app, and shows its flame graph. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { ReplayedRequest, ReplayOutcome } from '../../sidecar/protocol/replayValues';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import { plainMessage } from '../notifications/plainMessage';
import { outcomeText, progressText, recordedRequest, secretParts, withSecret } from '../replay/replayParts';
import type { RequestNode } from '../trees/nodes';
import { chooseTarget } from './chooseTarget';
import type { CommandParts } from './parts';

const NOT_WATCHING = 'Introspector is not attached to a running app. Attach to the app first, then replay its request.';
const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** @param of a request of the Requests view, or a profile; else the user is asked */
export async function replayInCopy(parts: CommandParts, of?: RequestNode | ProfileInfo): Promise<void> {
  const recorded = await chosenRequest(parts, of);
  if (recorded === undefined) return;
  const targets = parts.store.watchingTargets;
  const isItsOwn = targets.filter(({ target }) => 'targetId' in recorded && target.id === recorded.targetId);
  const meant = isItsOwn.length > 0 ? isItsOwn : targets;
  const watched = await chooseTarget(meant, 'Replay in a copy of', NOT_WATCHING);
  if (watched === undefined) return;
  const times = parts.settings.replayRepetitions;
  const request = await completed(recordedRequest(recorded), watched.target.name, times);
  if (request === undefined) return;
  const { id: targetId, name } = watched.target;
  const outcome = await run(parts, { targetId, name, request, times });
  void vscode.window.showInformationMessage(plainMessage(outcomeText(request, outcome)));
}

/** @returns with what only the user can give; undefined when the user does not want it any more */
async function completed(
  recorded: ReplayedRequest,
  appName: string,
  times: number,
): Promise<ReplayedRequest | undefined> {
  const { method, url } = recorded;
  let request = recorded;
  if (!SAFE_METHODS.has(method)) {
    const often = times > 1 ? ` ${times} times` : '';
    const detail = `The copy of ${appName} uses the same databases, queues and services as the app itself. What ${method} ${url} writes, sends or charges happens again${often}.`;
    const message = plainMessage(`Send ${method} ${url.split('?')[0]} again?`);
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Replay')) === undefined) {
      return undefined;
    }
    const prompt = 'Bodies are not recorded. Leave it empty to send none.';
    const body = await vscode.window.showInputBox({ title: `Body of ${method} ${url}`, prompt, ignoreFocusOut: true });
    if (body === undefined) return undefined;
    if (body !== '') request = { ...request, body };
  }
  for (const part of secretParts(recorded)) {
    const value = await vscode.window.showInputBox({
      title: `Value of the ${part.kind} ${part.name}`,
      prompt: 'Secrets are not recorded. Leave it empty to send the request without it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined) return undefined;
    if (value !== '') request = withSecret(request, part, value);
  }
  return request;
}

interface Wish {
  targetId: string;
  name: string;
  request: ReplayedRequest;
  times: number;
}

/** Shows how far it is, and lets the user cancel it. */
function run({ sidecar, store }: CommandParts, { targetId, name, request, times }: Wish): Thenable<ReplayOutcome> {
  const replayId = randomUUID();
  const title = `Replaying ${request.method} ${request.url.split('?')[0]} in a copy of ${name}`;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const subscription = store.onDidChange(() => {
      const { replayProgress } = store.profiles;
      if (replayProgress?.replayId === replayId) progress.report({ message: progressText(replayProgress) });
    });
    cancelled.onCancellationRequested(() => void sidecar.request('cancelReplay', { replayId }));
    try {
      return await sidecar.request('replay', { replayId, targetId, request, times, sideEffectsAccepted: true });
    } finally {
      subscription.dispose();
    }
  });
}

async function chosenRequest(
  { store }: CommandParts,
  of: RequestNode | ProfileInfo | undefined,
): Promise<SlowRequest | ProfileInfo | undefined> {
  if (of !== undefined && 'trigger' in of) return of;
  if (of?.kind === 'request') return of.request;
  const requests = [...store.slowRequests].reverse();
  const items = [...requests, ...store.profiles.all].map(request => ({
    label: `$(${'trigger' in request ? 'flame' : 'watch'}) ${request.method} ${request.url}`,
    description: `${exactMs(request.durationMs)} · ${new Date(request.startedAtMs).toLocaleTimeString()}`,
    request,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is no slow request and no profile yet that could be replayed.');
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Replay and Profile in a Copy' }))?.request;
}
