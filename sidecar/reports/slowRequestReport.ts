/** The plain-text report of one slow request: the same in a terminal, a file and the editor. */
import type { Frame, SlowRequest, Target } from '../protocol/values';
import { exactMs } from './durations';
import { lookLines } from './lookLines';
import { oneLine } from './plainText';
import { requestLines } from './requestLines';
import { shownFile } from './shownFile';

const LOCATION_WIDTH = 28;
const NAME_WIDTH = 16;

/** @returns several lines of text, without a line break at the end */
export function slowRequestReport(slowRequest: SlowRequest, target: Target): string {
  return [
    headline(slowRequest),
    `Started ${utc(slowRequest.startedAtMs)} · ${target.name}[${target.pid}] on ${target.hostname} · Node ${target.nodeVersion} · request ${slowRequest.requestNumber}`,
    times(slowRequest),
    ...heldUpLines(slowRequest),
    '',
    ...waitLines(slowRequest),
    ...tracebackLines(slowRequest, target.workingDirectory),
    ...slowRequest.notes.map(note => `Note: ${note}`),
    ...lookLines(slowRequest, target.workingDirectory),
    '',
    ...requestLines(slowRequest),
    ...(slowRequest.state.state === 'running' ? [] : [`Ended      ${stateText(slowRequest)}`]),
  ]
    .map(oneLine)
    .join('\n');
}

function headline(slowRequest: SlowRequest): string {
  const { method, url, route, thresholdMs, level } = slowRequest;
  const path = url.split('?', 1)[0];
  const asRoute = route === path ? '' : `   (route ${route})`;
  return `${level === 'hung' ? 'Hung' : 'Slow'} request: ${method} ${url}${asRoute}          ${stateText(slowRequest)}     (threshold ${exactMs(thresholdMs)})`;
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

function times({ state, time }: SlowRequest): string {
  const { computingMs, waitingMs, heldUpMs } = time;
  const label = state.state === 'running' ? 'Time so far' : 'Time';
  return `${label}: computing ${exactMs(computingMs)} · waiting ${exactMs(waitingMs)} · held up by another request ${exactMs(heldUpMs)}`;
}

function heldUpLines({ heldUpBy, victims }: SlowRequest): string[] {
  const lines = heldUpBy.map(
    ({ method, route, requestNumber, durationMs }) =>
      `Held up ${exactMs(durationMs)} by ${method} ${route} (request ${requestNumber})`,
  );
  if (victims > 0) lines.push(`Kept ${victims} other ${victims === 1 ? 'request' : 'requests'} from running`);
  return lines;
}

function waitLines({ wait, otherWaits, state }: SlowRequest): string[] {
  const soFar = state.state === 'running' ? ' so far' : '';
  const lines = wait === undefined ? [] : [`Waiting for ${wait.label}, ${exactMs(wait.durationMs)}${soFar}`];
  return [...lines, ...otherWaits.map(({ label, durationMs }) => `Also pending: ${label}, ${exactMs(durationMs)}`)];
}

function tracebackLines({ frames, guiltyFrame }: SlowRequest, workingDirectory: string): string[] {
  if (frames.length === 0) return ['No traceback.'];
  const lines = ['Traceback (outermost first)'];
  let folded: Frame[] = [];
  const unfold = () => {
    if (folded.length > 0) lines.push(`      … ${foldedText(folded)}`);
    folded = [];
  };
  for (let index = frames.length - 1; index >= 0; index -= 1) {
    const frame = frames[index];
    if (frame === undefined) continue;
    if (frame.origin === 'user') {
      unfold();
      lines.push(frameLine(frame, index === guiltyFrame, workingDirectory));
    } else folded.push(frame);
  }
  unfold();
  return lines;
}

/** @returns `6 frames of express, 3 of Node.js` */
export function foldedText(frames: readonly Frame[]): string {
  const counts = new Map<string, number>();
  for (const frame of frames) counts.set(ownerOf(frame), (counts.get(ownerOf(frame)) ?? 0) + 1);
  return [...counts]
    .map(([owner, count], index) => `${count}${index > 0 ? '' : count === 1 ? ' frame' : ' frames'} of ${owner}`)
    .join(', ');
}

function ownerOf({ origin, packageName, functionName }: Frame): string {
  if (origin === 'package') return packageName ?? 'a package';
  return origin === 'node' ? 'Node.js' : functionName || 'native code';
}

function frameLine(frame: Frame, isGuilty: boolean, workingDirectory: string): string {
  const location = `${shownFile(frame.file, workingDirectory)}:${frame.line}:${frame.column}`.padEnd(LOCATION_WIDTH);
  const name = (frame.functionName || '(anonymous)').padEnd(NAME_WIDTH);
  return `${isGuilty ? '    > ' : '      '}${location} ${name} ${frame.sourceLine ?? ''}`.trimEnd();
}

function utc(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').replace('Z', ' UTC');
}
