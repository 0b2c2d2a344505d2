/** What stands below a slow request: why it is slow, in reading order. */
import type { SlowRequest, Wait } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import { interruptionNodes } from './interruptionNodes';
import { type FactNode, fact, frameNodes, type RequestNode } from './nodes';
import { detailNodes } from './requestDetails';

/** @returns what stands below a node, in reading order */
export function childrenOf(node: RequestNode): RequestNode[] {
  switch (node.kind) {
    case 'journal':
    case 'fact':
      return node.children;
    case 'group':
      return node.group.requests.map(request => ({
        kind: 'request',
        id: request.id,
        request,
        isInGroup: true,
        targetName: undefined,
      }));
    case 'request':
      return whyOf(node.request);
    case 'frame':
      return [];
    case 'folded':
      return node.frames.map((frame, index) => ({ kind: 'frame', id: `${node.id}/${index}`, frame }));
  }
}

function whyOf(request: SlowRequest): RequestNode[] {
  const { id, state, wait, otherWaits, heldUpBy, victims, notes } = request;
  return [
    ...interruptionNodes(request),
    fact(`${id}/time`, 'clock', timeText(request)),
    ...(state.state === 'unknown' ? [fact(`${id}/end`, 'debug-disconnect', state.message)] : []),
    ...(wait ? [fact(`${id}/wait`, 'watch', `Waiting for ${wait.label}`, exactMs(wait.durationMs))] : []),
    ...heldUpBy.map(({ method, route, requestNumber, durationMs }, index) =>
      fact(
        `${id}/heldUpBy${index}`,
        'debug-pause',
        `Held up by ${method} ${route}`,
        `${exactMs(durationMs)} · request ${requestNumber}`,
      ),
    ),
    ...(victims > 0
      ? [fact(`${id}/victims`, 'people', `Kept ${victims} other ${victims === 1 ? 'request' : 'requests'} waiting`)]
      : []),
    ...frameNodes(id, request),
    ...otherWaits.map((other, index) => otherWait(`${id}/other${index}`, other)),
    ...notes.map((note, index) => fact(`${id}/note${index}`, 'info', note)),
    ...detailNodes(request),
  ];
}

function otherWait(id: string, { label, durationMs, frames }: Wait): FactNode {
  return fact(id, 'watch', `Also pending: ${label}`, exactMs(durationMs), frameNodes(id, { frames }));
}

/** @returns `waiting 1,150 ms · computing 31 ms · held up 23 ms`: the largest part first, those of 0 left out */
export function timeText({ time }: SlowRequest): string {
  const parts = [
    ['computing', time.computingMs],
    ['waiting', time.waitingMs],
    ['held up', time.heldUpMs],
  ] as const;
  const shown = parts.filter(([, durationMs]) => Math.round(durationMs) > 0).sort(([, a], [, b]) => b - a);
  return shown.map(([word, durationMs]) => `${word} ${exactMs(durationMs)}`).join(' · ') || 'no time yet';
}
