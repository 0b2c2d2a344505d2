/** The plain-text report of one slow request: the same in a terminal, a file, a mail and the editor. */
import type { SlowRequest, Target } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { boxLines } from './boxText';
import { detailLines, othersLines } from './detailLines';
import { interruptionLines } from './interruptionLines';
import { lookLines } from './lookLines';
import { oneLine } from './oneLine';
import { tracebackLines } from './tracebackLines';
import { variableLines } from './variableLines';

/** What stands behind it in the first line must be seen, too; a longer one has a line of its own. */
const HEADLINE_URL_CHARACTERS = 200;

/** @returns several lines of text, without a line break at the end; what matters most comes first */
export function slowRequestReport(slowRequest: SlowRequest, target: Target): string {
  const { workingDirectory } = target;
  const paragraphs = [
    [headline(slowRequest), startedText(slowRequest, target), ...factLines(slowRequest)],
    interruptionLines(slowRequest.interruption, workingDirectory),
    evidenceLines(slowRequest, target),
    variableLines(slowRequest, workingDirectory),
    boxLines(slowRequest.boxes, workingDirectory),
    lookLines(slowRequest, workingDirectory),
    othersLines(slowRequest),
    detailLines('Query', slowRequest.query),
    detailLines('Headers', slowRequest.headers),
    slowRequest.state.state === 'running' ? [] : [`Ended: ${stateText(slowRequest)}`],
  ];
  const shown = paragraphs.filter(lines => lines.length > 0);
  return shown.map(lines => lines.map(oneLine).join('\n')).join('\n\n');
}

/** @returns the URL, cut to what a headline has room for */
export function shownUrl(url: string): string {
  return url.length > HEADLINE_URL_CHARACTERS ? `${url.slice(0, HEADLINE_URL_CHARACTERS - 1)}…` : url;
}

/** @returns `Slow request`, `Hung request`, or how it was stopped */
export function levelText({ level, interruption }: SlowRequest): string {
  if (interruption !== undefined) return interruption.kind === 'interrupted' ? 'Interrupted request' : 'Ended request';
  return level === 'hung' ? 'Hung request' : 'Slow request';
}

/** @returns `still running after 1,204 ms`, `answered 200 after 3,001 ms` … */
export function stateText({ state, durationMs }: SlowRequest): string {
  const after = exactMs(durationMs);
  switch (state.state) {
    case 'running':
      return `still running after ${after}`;
    case 'finished':
      return `answered ${state.statusCode} after ${after}`;
    case 'aborted':
      return `cut off before its answer was complete, after ${after}`;
    case 'unknown':
      return `unfinished after ${after}: ${state.message.replace(/\.$/, '')}`;
  }
}

/** @returns how it ended, in one line: `Request 5, GET /orders: answered 200 after 3,001 ms.` */
export function endLine(slowRequest: SlowRequest): string {
  const { requestNumber, method, route } = slowRequest;
  return oneLine(`Request ${requestNumber}, ${method} ${route}: ${stateText(slowRequest)}.`);
}

/** @returns `Started 2026-11-23 10:41:07.120 UTC · my-app[4711] on build-3 · Node 24.21.0 · request 5812` */
export function startedText({ startedAtMs, requestNumber }: SlowRequest, target: Target): string {
  const { name, pid, hostname, nodeVersion } = target;
  return `Started ${utc(startedAtMs)} · ${name}[${pid}] on ${hostname} · Node ${nodeVersion} · request ${requestNumber}`;
}

/** @returns where the time went, for whom the request waited and who waited for it; the address as the client knows it */
export function factLines({ state, time, heldUpBy, victims, origin, url }: SlowRequest): string[] {
  const { computingMs, waitingMs, heldUpMs } = time;
  const label = state.state === 'running' ? 'Time so far' : 'Time';
  const lines = [
    `${label}: computing ${exactMs(computingMs)} · waiting ${exactMs(waitingMs)} · held up by another request ${exactMs(heldUpMs)}`,
  ];
  if (origin !== undefined || shownUrl(url) !== url)
    lines.push(`URL: ${url.startsWith('/') ? (origin ?? '') : ''}${url}`);
  for (const { method, route, requestNumber, durationMs } of heldUpBy) {
    lines.push(`Held up ${exactMs(durationMs)} by ${method} ${route} (request ${requestNumber})`);
  }
  if (victims > 0) lines.push(`Kept ${victims} other ${victims === 1 ? 'request' : 'requests'} from running`);
  return lines;
}

/** @returns what is waited for, the traceback, and what could not be seen */
export function evidenceLines(slowRequest: SlowRequest, { workingDirectory }: Target): string[] {
  const { wait, otherWaits, state, notes } = slowRequest;
  const soFar = state.state === 'running' ? ' so far' : '';
  return [
    ...(wait === undefined ? [] : [`Waiting for ${wait.label}, ${exactMs(wait.durationMs)}${soFar}`]),
    ...otherWaits.map(({ label, durationMs }) => `Also pending: ${label}, ${exactMs(durationMs)}`),
    ...tracebackLines(slowRequest, workingDirectory),
    ...notes.map(note => `Note: ${note}`),
  ];
}

function headline(slowRequest: SlowRequest): string {
  const { method, url, route, thresholdMs } = slowRequest;
  const path = url.split('?', 1)[0];
  const asRoute = route === path ? '' : `   (route ${route})`;
  return `${levelText(slowRequest)}: ${method} ${shownUrl(url)}${asRoute}          ${stateText(slowRequest)}     (threshold ${exactMs(thresholdMs)})`;
}

function utc(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').replace('Z', ' UTC');
}
