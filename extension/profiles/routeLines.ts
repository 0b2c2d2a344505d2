/** Where a source file registers routes, as far as that shows without running it. */

export interface RouteLine {
  /** 0-based. */
  line: number;
  /** `GET /orders/:id`; `**` before the path where a router may be mounted anywhere; a path alone for any method. */
  route: string;
}

/** Files that are larger are hardly written by hand. */
const MAX_CHARACTERS = 1_000_000;
const METHODS = 'get|post|put|patch|delete|head|options|all';
const PATH = `(?<quote>['"\`])(?<path>/[^'"\`\\s]*)\\k<quote>`;

/** Express, Fastify, Koa router: `app.get('/orders/:id', …)`; by the receiver's name, since a map has a `get`, too. */
const CALL = new RegExp(
  `\\b(?<receiver>[\\w$]*?(?:app|server|fastify|router|routes|api))\\s*\\.(?<method>${METHODS})\\(\\s*${PATH}`,
  'gi',
);
/** Express: `router.route('/orders')`. */
const ROUTE = new RegExp(`\\b(?<receiver>[\\w$]*?(?:app|router|routes|api))\\s*\\.route\\(\\s*${PATH}`, 'gi');
/** Fastify: `fastify.route({ method: 'GET', url: '/orders' })`. */
const DECLARED = new RegExp(
  `\\.route\\(\\s*\\{[^{}]*?method:\\s*['"](?<method>[A-Za-z]+)['"][^{}]*?url:\\s*${PATH}`,
  'g',
);
/** Plain http: `request.url === '/orders'`, `pathname == '/orders'`. */
const COMPARED = new RegExp(`\\b(?:url|pathname|path)\\s*===?\\s*${PATH}`, 'g');

/**
 * @param text of a JavaScript or TypeScript file
 * @returns one entry a line and route, from top to bottom
 */
export function routeLines(text: string): RouteLine[] {
  if (text.length > MAX_CHARACTERS) return [];
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const found = [CALL, ROUTE, DECLARED, COMPARED]
    .flatMap(pattern => [...text.matchAll(pattern)])
    .map(match => ({ line: lineOf(lineStarts, match.index), route: routeOf(match.groups ?? {}) }));
  const unique = new Map(found.map(each => [`${each.line} ${each.route}`, each]));
  return [...unique.values()].sort((a, b) => a.line - b.line);
}

function routeOf({ method, path = '', receiver = '' }: Record<string, string | undefined>): string {
  const mounted = /(?:router|routes|api)$/i.test(receiver) ? '**' : '';
  const verb = method === undefined || method.toLowerCase() === 'all' ? '' : `${method.toUpperCase()} `;
  return `${verb}${mounted}${path}`;
}

function lineOf(lineStarts: readonly number[], index: number): number {
  let line = 0;
  while ((lineStarts[line + 1] ?? Number.POSITIVE_INFINITY) <= index) line += 1;
  return line;
}
