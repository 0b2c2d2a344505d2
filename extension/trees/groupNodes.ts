/** What stands at the top of the Requests view: groups of slow requests, or the requests by time. */
import type { RequestGroup, SlowRequest, Target } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import type { RequestNode } from './requestNodes';

export interface GroupNode {
  kind: 'group';
  id: string;
  group: RequestGroup;
  requests: SlowRequest[];
}

/** What the store knows, as far as the top of the tree needs it. */
export interface Shown {
  slowRequests: readonly SlowRequest[];
  groups: readonly RequestGroup[];
  isGrouped: boolean;
  /** Part of a method, route, function or file; empty for all. */
  filter: string;
}

/** @returns the newest first; a group nothing is known of any more has no requests below it */
export function topNodes({ slowRequests, groups, isGrouped, filter }: Shown): (GroupNode | RequestNode)[] {
  const requests = slowRequests.filter(request => fits(request, filter));
  if (!isGrouped) return requests.map(request => ({ kind: 'request', id: request.id, request }));
  return groups
    .map(group => ({ group, requests: requests.filter(({ groupId }) => groupId === group.id) }))
    .filter(({ requests: own }) => own.length > 0)
    .sort((a, b) => b.group.lastSeenAtMs - a.group.lastSeenAtMs)
    .map(({ group, requests: own }) => ({ kind: 'group', id: `group ${group.id}`, group, requests: own }));
}

/** @returns `12 · worst 2,301 ms · findByUser`: the icon tells the cause */
export function groupDescription({ count, running, worstMs, frame }: RequestGroup, target?: Target): string {
  return [
    running > 0 ? `${count}, ${running} running` : String(count),
    `worst ${exactMs(worstMs)}`,
    frame?.functionName,
    target && `${target.name} [${target.pid}]`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function fits({ method, route, frames }: SlowRequest, filter: string): boolean {
  const wanted = filter.toLowerCase();
  if (wanted === '') return true;
  const places = frames
    .filter(({ origin }) => origin === 'user')
    .flatMap(({ functionName, file }) => [functionName, file]);
  return [`${method} ${route}`, ...places].some(text => text.toLowerCase().includes(wanted));
}
