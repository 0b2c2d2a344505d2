/** The Requests tree as plain data: request → why → frames. */
import type { Cause, Frame, SlowRequest, Wait } from '../../sidecar/protocol/values';
import { exactMs, foldedText } from '../../sidecar/protocol/words';

export type RequestNode =
  | { kind: 'request'; id: string; request: SlowRequest }
  /** A sentence about the request, with what belongs to it below. */
  | { kind: 'fact'; id: string; icon: string; label: string; description: string; children: RequestNode[] }
  /** `guiltyOf` what, when this is the guilty line. */
  | { kind: 'frame'; id: string; frame: Frame; guiltyOf?: Cause }
  /** Frames of other people's code, folded. */
  | { kind: 'folded'; id: string; frames: Frame[]; label: string };

/** @returns what stands below a node, in reading order */
export function childrenOf(node: RequestNode): RequestNode[] {
  switch (node.kind) {
    case 'request':
      return whyOf(node.request);
    case 'fact':
      return node.children;
    case 'frame':
      return [];
    case 'folded':
      return node.frames.map((frame, index) => ({ kind: 'frame', id: `${node.id}/${index}`, frame }));
  }
}

function whyOf(request: SlowRequest): RequestNode[] {
  const { id, wait, otherWaits, heldUpBy, victims, notes } = request;
  const fact = (
    name: string,
    icon: string,
    label: string,
    description = '',
    children: RequestNode[] = [],
  ): RequestNode => {
    return { kind: 'fact', id: `${id}/${name}`, icon, label, description, children };
  };
  return [
    fact('time', 'clock', timeText(request)),
    ...(wait ? [fact('wait', 'watch', `Waiting for ${wait.label}`, exactMs(wait.durationMs))] : []),
    ...heldUpBy.map(({ method, route, requestNumber, durationMs }, index) =>
      fact(
        `heldUpBy${index}`,
        'debug-pause',
        `Held up by ${method} ${route}`,
        `${exactMs(durationMs)} · request ${requestNumber}`,
      ),
    ),
    ...(victims > 0
      ? [fact('victims', 'people', `Kept ${victims} other ${victims === 1 ? 'request' : 'requests'} waiting`)]
      : []),
    ...frameNodes(id, request),
    ...otherWaits.map((other, index) => otherWait(`${id}/other${index}`, other)),
    ...notes.map((note, index) => fact(`note${index}`, 'info', note)),
  ];
}

function otherWait(id: string, { label, durationMs, frames }: Wait): RequestNode {
  const description = exactMs(durationMs);
  return {
    kind: 'fact',
    id,
    icon: 'watch',
    label: `Also pending: ${label}`,
    description,
    children: frameNodes(id, { frames }),
  };
}

type Framed = Pick<SlowRequest, 'frames'> & Partial<Pick<SlowRequest, 'guiltyFrame' | 'cause'>>;

/** Innermost first, as in a call stack view; what is not the user's is folded to one line. */
function frameNodes(id: string, { frames, guiltyFrame, cause }: Framed): RequestNode[] {
  const nodes: RequestNode[] = [];
  let folded: Frame[] = [];
  const unfold = () => {
    if (folded.length > 0)
      nodes.push({ kind: 'folded', id: `${id}/folded${nodes.length}`, frames: folded, label: foldedText(folded) });
    folded = [];
  };
  for (const [index, frame] of frames.entries()) {
    if (frame.origin === 'user') {
      unfold();
      const guilt = index === guiltyFrame && cause !== undefined ? { guiltyOf: cause } : {};
      nodes.push({ kind: 'frame', id: `${id}/frame${index}`, frame, ...guilt });
    } else folded.push(frame);
  }
  unfold();
  return nodes;
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
