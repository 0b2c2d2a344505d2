/** Stops requests that run: those that hold the event loop are interrupted, those that wait are answered. */
import * as vscode from 'vscode';
import type { Interruption } from '../../sidecar/protocol/interruptionValues';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { exactMs, interruptionText } from '../../sidecar/protocol/words';
import { plainMessage } from '../notifications/plainMessage';
import type { RequestNode } from '../trees/nodes';
import type { CommandParts } from './parts';
import { openReport } from './reports';

type How = 'interruptRequest' | 'endResponse';

interface Words {
  title: string;
  button: string;
  /** What it does to the app, for whoever has to decide. */
  detail: string;
}

const WORDS: Record<How, Words> = {
  interruptRequest: {
    title: 'Interrupt',
    button: 'Interrupt',
    detail:
      'Its code is cut off where it stands: catch and finally around it do not run, and what it has begun stays half-way. Its client is answered with 503; all other requests go on.',
  },
  endResponse: {
    title: 'End the response of',
    button: 'End Response',
    detail:
      'Its client is answered with 503. What the request waits for goes on, and so does its code afterwards; what that writes as an answer is dropped.',
  },
};

/** @param of a request of the Requests view; else the user is asked */
export async function stopRequest(parts: CommandParts, how: How, of?: RequestNode): Promise<void> {
  const request = of?.kind === 'request' ? of.request : await chosenRequest(parts, WORDS[how]);
  if (request === undefined) return;
  const { title, button, detail } = WORDS[how];
  const message = plainMessage(`${title} ${request.method} ${request.url.split('?')[0]}?`);
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) !== button) return;
  const { interruption } = await parts.sidecar.request(how, { slowRequestId: request.id });
  await tell(parts, request, interruption);
}

async function tell(parts: CommandParts, request: SlowRequest, interruption: Interruption): Promise<void> {
  const { skipped, notes } = interruption;
  const sentences = [
    `${request.method} ${request.url.split('?')[0]} was ${interruptionText(interruption)}.`,
    ...(skipped.length > 0
      ? [`${skipped.length === 1 ? 'A catch or finally' : `${skipped.length} catch or finally clauses`} did not run.`]
      : []),
    ...(interruption.kind === 'interrupted' ? notes : []),
  ];
  const chosen = await vscode.window.showInformationMessage(plainMessage(sentences.join(' ')), 'Open Report');
  if (chosen !== undefined) await openReport(parts, request.id);
}

async function chosenRequest({ store }: CommandParts, { title }: Words): Promise<SlowRequest | undefined> {
  const running = store.slowRequests.filter(({ state }) => state.state === 'running');
  if (running.length === 0) {
    void vscode.window.showInformationMessage('No slow request is running now.');
    return undefined;
  }
  const items = running.map(request => ({
    label: `$(loading~spin) ${request.method} ${request.url}`,
    description: `${exactMs(request.durationMs)} so far · request ${request.requestNumber}`,
    request,
  }));
  return (await vscode.window.showQuickPick(items, { title: `${title} which request?` }))?.request;
}
