/** The route of a request: as its framework names it, else its path with the ids templated. */
import type * as Util from 'node:util';
import type { RequestRecord } from './requests';
import { type Load, ownValue } from './runtime';

export const MAX_ROUTE_LENGTH = 300;
const MAX_SEGMENTS = 20;

/** @returns `/orders/:id`; what the framework says first, then Express's own properties, then a template */
export function routeOf(load: Load, record: RequestRecord): string {
  if (record.route !== undefined) return record.route;
  const util = load('util');
  const route = ownValue(util, record.request, 'route');
  const pattern = patternText(util, ownValue(util, route, 'path'));
  if (pattern !== undefined) {
    const mountedAt = ownValue(util, record.request, 'baseUrl');
    const base = typeof mountedAt === 'string' ? templated(mountedAt) : '';
    return `${base === '/' ? '' : base}${pattern}`.slice(0, MAX_ROUTE_LENGTH);
  }
  return templated(record.url);
}

/** Express takes strings, regular expressions and lists of both. */
function patternText(util: typeof Util, path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (util.types.isRegExp(path)) return String(path);
  if (Array.isArray(path)) return path.map(part => patternText(util, part) ?? '?').join(' | ');
  return undefined;
}

/**
 * @param url path with or without a query
 * @returns the path, each segment that looks like an id replaced by `:id`
 */
export function templated(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const segments = path.slice(0, MAX_ROUTE_LENGTH).split('/');
  const shown = segments.slice(0, MAX_SEGMENTS).map(segment => (isId(segment) ? ':id' : segment));
  if (segments.length > MAX_SEGMENTS) shown.push('…');
  return shown.join('/') || '/';
}

/** A number, a UUID, 16 or more hexadecimal digits, or 20 or more characters with a digit among them. */
function isId(segment: string): boolean {
  return (
    /^\d+$/.test(segment) ||
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(segment) ||
    /^[0-9a-f]{16,}$/i.test(segment) ||
    /^(?=.*\d)[\w~-]{20,}$/.test(segment)
  );
}
