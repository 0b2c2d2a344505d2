/** The Requests tree as plain data: request → why → frames. */
import { basename } from 'node:path';
import type { Cause, Frame, SlowRequest, Wait } from '../../sidecar/protocol/values';
import { exactMs, foldedText } from '../../sidecar/protocol/words';

const CAUSE_WORDS: Record<Cause, string> = { computing: 'computing', waiting: 'waiting', heldUp: 'held up' };

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
    ...variableNodes(request),
    ...otherWaits.map((other, index) => otherWait(`${id}/other${index}`, other)),
    ...lookNodes(request),
    ...detailNodes(request),
    ...notes.map((note, index) => fact(`note${index}`, 'info', note)),
  ];
}

function variableNodes({ id, variables: read }: SlowRequest): RequestNode[] {
  if (read === undefined) return [];
  const children = read.frames.map(({ frame, variables, notCaptured }, index): RequestNode => {
    const frameId = `${id}/variables${index}`;
    const values = variables.map(({ name, value }, at): RequestNode => {
      const valueId = `${frameId}/${at}`;
      return { kind: 'fact', id: valueId, icon: 'symbol-variable', label: name, description: value, children: [] };
    });
    const label = frame.functionName || '(anonymous)';
    const description = [`${basename(frame.file)}:${frame.line}`, notCaptured ?? ''].join(' ').trim();
    return { kind: 'fact', id: frameId, icon: 'symbol-method', label, description, children: values };
  });
  const description = `after ${exactMs(read.atMs)}, in a pause of ${exactMs(read.pauseMs)}`;
  return [{ kind: 'fact', id: `${id}/variables`, icon: 'symbol-variable', label: 'Variables', description, children }];
}

/** One look alone says what the frames say. */
function lookNodes({ id, looks, lookShares }: SlowRequest): RequestNode[] {
  const total = looks.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return [];
  const children = looks.map(({ atMs, sameForMs, count, cause, frame, wait }, index): RequestNode => {
    const place = frame ? `${frame.functionName || '(anonymous)'} ${basename(frame.file)}:${frame.line}` : (wait ?? '');
    const same = count > 1 ? ` · same for ${exactMs(sameForMs)}` : '';
    const label = `${exactMs(atMs)}: ${CAUSE_WORDS[cause]}`;
    return { kind: 'fact', id: `${id}/look${index}`, icon: 'eye', label, description: `${place}${same}`, children: [] };
  });
  const [most] = lookShares;
  const share = most ? `${Math.round(most.share * 100)} % ${most.frame?.functionName || CAUSE_WORDS[most.cause]}` : '';
  return [{ kind: 'fact', id: `${id}/looks`, icon: 'eye', label: `${total} looks`, description: share, children }];
}

/** What the client asked, and who else was there. */
function detailNodes({ id, method, origin = '', url, query, headers, others }: SlowRequest): RequestNode[] {
  const values = [...query, ...headers].map(({ name, value }, index): RequestNode => {
    return {
      kind: 'fact',
      id: `${id}/value${index}`,
      icon: 'symbol-field',
      label: name,
      description: value,
      children: [],
    };
  });
  const inFlight = others.shown.map(({ method: their, route, durationMs }, index): RequestNode => {
    const label = `${their} ${route}`;
    return {
      kind: 'fact',
      id: `${id}/beside${index}`,
      icon: 'globe',
      label,
      description: exactMs(durationMs),
      children: [],
    };
  });
  const asked: RequestNode = {
    kind: 'fact',
    id: `${id}/asked`,
    icon: 'globe',
    label: `${method} ${origin}${url}`,
    description: '',
    children: values,
  };
  if (others.count === 0) return [asked];
  const label = others.count === 1 ? '1 other request in flight' : `${others.count} other requests in flight`;
  return [
    asked,
    { kind: 'fact', id: `${id}/others`, icon: 'list-unordered', label, description: '', children: inFlight },
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
