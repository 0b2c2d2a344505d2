/** Which requests are to be profiled: those that bring the token, and the next one of a route that was asked for. */
import type { IncomingMessage } from 'node:http';
import type { ProfileTrigger } from './profileReports';
import type { Load } from './runtime';
import { upTo } from './text';

const PARAMETER = '__introspect__';
const HEADER = 'x-introspect';
const QUERY_OR_FRAGMENT = new Set('?#');

export class ProfileTriggers {
  private readonly token: Buffer;
  /** `GET /orders/:id`, `/orders/*`, or empty for any request. */
  private armed: string[] = [];

  constructor(
    private readonly load: Load,
    token: string,
  ) {
    this.token = Buffer.from(token);
  }

  /** @param routes whose next request is to be profiled; takes the place of what was asked for before */
  arm(routes: readonly string[]): void {
    this.armed = [...routes];
  }

  /**
   * Takes the token out of the request, so that the app sees neither parameter nor header. A request without the right
   * one is left as it is.
   *
   * @returns what asks for this request to be profiled; undefined when nothing does
   */
  take(request: IncomingMessage): ProfileTrigger | undefined {
    const isByUrl = this.takeFromUrl(request);
    const isByHeader = this.takeFromHeaders(request);
    if (isByUrl) return 'url';
    if (isByHeader) return 'header';
    if (this.armed.length === 0) return undefined;
    const path = upTo(request.url ?? '', QUERY_OR_FRAGMENT);
    const at = this.armed.findIndex(route => routeFits(route, request.method ?? '', path));
    if (at < 0) return undefined;
    this.armed.splice(at, 1);
    return 'next';
  }

  private takeFromUrl(request: IncomingMessage): boolean {
    const { url } = request;
    const queryAt = url?.indexOf('?') ?? -1;
    if (url === undefined || queryAt < 0 || !url.includes(`${PARAMETER}=`)) return false;
    const pairs = url.slice(queryAt + 1).split('&');
    const others = pairs.filter(pair => !this.isOurs(pair));
    if (others.length === pairs.length) return false;
    request.url = url.slice(0, queryAt) + (others.length > 0 ? `?${others.join('&')}` : '');
    return true;
  }

  private isOurs(pair: string): boolean {
    return pair.startsWith(`${PARAMETER}=`) && this.isToken(pair.slice(PARAMETER.length + 1));
  }

  private takeFromHeaders(request: IncomingMessage): boolean {
    const raw = request.rawHeaders;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const name = raw[index] ?? '';
      // Every request comes by here, with some ten headers.
      if (name.length !== HEADER.length || name.toLowerCase() !== HEADER) continue;
      if (!this.isToken(raw[index + 1] ?? '')) continue;
      // Both are made from the raw ones, as many as there were at first, when they are first asked for: that is now.
      delete request.headers[HEADER];
      delete (request as { headersDistinct?: Record<string, unknown> }).headersDistinct?.[HEADER];
      raw.splice(index, 2);
      return true;
    }
    return false;
  }

  /** Takes as long for a wrong token as for the right one: https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b */
  private isToken(text: string): boolean {
    const given = Buffer.from(text);
    return given.length === this.token.length && this.load('crypto').timingSafeEqual(given, this.token);
  }
}

/**
 * @param wanted `GET /orders/:id`, or a path alone; `:name` stands for one segment, `*` at the end for all that follow,
 *   `**` at the beginning for all before: a router does not know where it is mounted
 * @param path `/orders/7`
 */
export function routeFits(wanted: string, method: string, path: string): boolean {
  const space = wanted.indexOf(' ');
  if (space >= 0 && wanted.slice(0, space) !== method) return false;
  const pattern = wanted.slice(space + 1);
  if (pattern === '') return true;
  const wantedSegments = pattern.split('/');
  const segments = path.split('/');
  if (wantedSegments[0] === '**') {
    wantedSegments.shift();
    segments.splice(0, segments.length - wantedSegments.length);
  }
  if (wantedSegments.at(-1)?.startsWith('*')) {
    wantedSegments.pop();
    segments.length = Math.min(segments.length, wantedSegments.length);
  }
  if (segments.length !== wantedSegments.length) return false;
  return wantedSegments.every((wantedSegment, index) => {
    const segment = segments[index] ?? '';
    return wantedSegment === '*' || wantedSegment.startsWith(':') ? segment !== '' : segment === wantedSegment;
  });
}
