/** What is folded away at the end of a request: variables, timeboxes, looks, the others in flight, what the client sent. */
import type { Frame, Look, LookShare, NamedValue, SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import { CAUSE_ICONS, CAUSE_WORDS, functionText } from './causes';
import { type FactNode, fact, type RequestNode } from './nodes';

/** The first says where most of the time goes. */
const MAX_SHARES = 5;

export function detailNodes(request: SlowRequest): RequestNode[] {
  return [
    ...variableNodes(request),
    ...boxNodes(request),
    ...lookNodes(request),
    ...otherNodes(request),
    clientNode(request),
  ];
}

/** Of each frame, innermost first. */
function variableNodes({ id, variables: read }: SlowRequest): RequestNode[] {
  if (read === undefined) return [];
  const children = read.frames.map(({ frame, variables, notCaptured = '' }, index) => {
    const frameId = `${id}/variables/${index}`;
    const values = variables.map(({ name, value }, at) => fact(`${frameId}/${at}`, 'symbol-variable', name, value));
    return fact(frameId, 'symbol-method', functionText(frame), notCaptured, values);
  });
  const description = `after ${exactMs(read.atMs)}, in a pause of ${exactMs(read.pauseMs)}`;
  return [fact(`${id}/variables`, 'symbol-variable', 'Variables', description, children)];
}

/** Oldest first. */
function boxNodes({ id, boxes }: SlowRequest): RequestNode[] {
  if (boxes === undefined) return [];
  const children = boxes.fired.map(({ budgetMs, elapsedMs, frames: [called] }, index) => {
    const text = `${exactMs(budgetMs)}, fired after ${exactMs(elapsedMs)}`;
    return opening(fact(`${id}/boxes/${index}`, 'watch', text, called && functionText(called)), called);
  });
  if (boxes.leftOut > 0) children.push(fact(`${id}/boxes/more`, 'ellipsis', `${boxes.leftOut} more`));
  return [fact(`${id}/boxes`, 'watch', 'Timeboxes that fired', String(boxes.fired.length + boxes.leftOut), children)];
}

/** A single look has nothing to say that the frames do not say. */
function lookNodes({ id, looks, lookShares }: SlowRequest): RequestNode[] {
  const total = looks.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return [];
  const [most] = lookShares;
  const shares = lookShares.length < 2 ? [] : lookShares.slice(0, MAX_SHARES);
  const children = [
    ...shares.map((share, index) => shareNode(`${id}/looks/share${index}`, share, total)),
    ...looks.map((look, index) => lookNode(`${id}/looks/${index}`, look)),
  ];
  const description = most ? `${total} · ${percent(most)} in ${placeText(most)}` : String(total);
  return [fact(`${id}/looks`, 'eye', 'Looks', description, children)];
}

function shareNode(id: string, share: LookShare, total: number): FactNode {
  const text = `${percent(share)} of ${total} looks`;
  return opening(fact(id, 'graph', text, placeText(share)), share.frame);
}

function lookNode(id: string, look: Look): FactNode {
  const { atMs, sameForMs, count, cause } = look;
  const same = count > 1 ? `, the same for ${exactMs(sameForMs)}` : '';
  const description = `${CAUSE_WORDS[cause]} at ${exactMs(atMs)}${same}`;
  return opening(fact(id, CAUSE_ICONS[cause], placeText(look), description), look.frame);
}

function otherNodes({ id, others: { count, shown } }: SlowRequest): RequestNode[] {
  if (count === 0) return [];
  const children = shown.map(({ method, route, durationMs, requestNumber }, index) =>
    fact(
      `${id}/others/${index}`,
      'circle-outline',
      `${method} ${route}`,
      `${exactMs(durationMs)} · request ${requestNumber}`,
    ),
  );
  if (shown.length > 0 && count > shown.length)
    children.push(fact(`${id}/others/more`, 'ellipsis', `${count - shown.length} more`));
  return [
    fact(`${id}/others`, 'layers', `${count} other ${count === 1 ? 'request' : 'requests'} in flight`, '', children),
  ];
}

function clientNode({
  id,
  method,
  url,
  origin = '',
  requestNumber,
  startedAtMs,
  query,
  headers,
}: SlowRequest): FactNode {
  const started = new Date(startedAtMs).toLocaleTimeString();
  const children = [
    fact(`${id}/request/url`, 'link', `${method} ${url.startsWith('/') ? origin : ''}${url}`),
    fact(`${id}/request/start`, 'clock', `Started at ${started}`, `request ${requestNumber}`),
    ...valueNodes(`${id}/request/query`, 'Query', query),
    ...valueNodes(`${id}/request/headers`, 'Headers', headers),
  ];
  return fact(`${id}/request`, 'arrow-swap', 'Request', url, children);
}

function valueNodes(id: string, label: string, values: readonly NamedValue[]): FactNode[] {
  if (values.length === 0) return [];
  const children = values.map(({ name, value }, index) => fact(`${id}/${index}`, 'symbol-key', name, value));
  return [fact(id, 'list-unordered', label, String(values.length), children)];
}

function placeText({ frame, wait, cause }: Pick<Look, 'frame' | 'wait' | 'cause'>): string {
  return frame ? functionText(frame) : (wait ?? CAUSE_WORDS[cause]);
}

function percent({ share }: LookShare): string {
  return `${Math.round(share * 100)} %`;
}

function opening(node: FactNode, frame: Frame | undefined): FactNode {
  return frame === undefined ? node : { ...node, frame };
}
