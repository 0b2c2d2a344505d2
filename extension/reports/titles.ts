/** What the tab of a report says. */
import type { SlowRequest, Target } from '../../sidecar/protocol/values';

const MAX_ROUTE_CHARACTERS = 60;
/** It looks like a slash and does not part a path, of which a tab shows the end only. */
const SLASH = '\u2215';

/** @returns `GET ∕orders∕:id (request 5)` */
export function reportTitle({ method, route, requestNumber }: Pick<SlowRequest, 'method' | 'route' | 'requestNumber'>) {
  return `${inPath(`${method} ${shortened(route)}`)} (request ${requestNumber})`;
}

/** @returns `server.js [4711]: last report` */
export function lastReportTitle({ name, pid }: Pick<Target, 'name' | 'pid'>): string {
  return `${inPath(name)} [${pid}]: last report`;
}

/** @returns `GET ∕orders∕:id (profiles compared)` */
export function comparisonTitle({ method, route }: Pick<SlowRequest, 'method' | 'route'>): string {
  return `${inPath(`${method} ${shortened(route)}`)} (profiles compared)`;
}

function shortened(route: string): string {
  return route.length > MAX_ROUTE_CHARACTERS ? `${route.slice(0, MAX_ROUTE_CHARACTERS - 1)}…` : route;
}

/** Routes and names come from outside: a tab shows one line of them. */
function inPath(text: string): string {
  return text.replace(/[\\/]/g, SLASH).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');
}
