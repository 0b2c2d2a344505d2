/** The route of a request: as its framework names it, else its path with the ids templated. */
import type * as Util from 'node:util';
import type { RequestRecord } from './requests';
import { type Load, ownValue } from './runtime';
import { consistsOf, DECIMAL, HEXADECIMAL, upTo, WORD } from './text';

export const MAX_ROUTE_LENGTH = 300;
const MAX_SEGMENTS = 20;
const PATH_ENDS = new Set('?#');
const SLASH = new Set('/');
/** Lengths of the groups of a UUID. */
const UUID_GROUPS = '8-4-4-4-12';
const MIN_HEXADECIMAL_ID = 16;
const MIN_ID = 20;

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
  const segments = pathOf(url).slice(0, MAX_ROUTE_LENGTH).split('/');
  const shown = segments.slice(0, MAX_SEGMENTS).map(segment => (isId(segment) ? ':id' : segment));
  if (segments.length > MAX_SEGMENTS) shown.push('…');
  return shown.join('/') || '/';
}

/**
 * @param url as it came over the network: a proxy is asked for a whole one, which may name a user and a password
 * @returns its path alone
 */
export function pathOf(url: string): string {
  const path = upTo(url, PATH_ENDS);
  const schemeEnd = path.startsWith('/') ? -1 : path.indexOf('://');
  if (schemeEnd < 0) return path;
  const authority = upTo(path.slice(schemeEnd + '://'.length), SLASH);
  return path.slice(schemeEnd + '://'.length + authority.length) || '/';
}

/** A number, a UUID, 16 or more hexadecimal digits, or 20 or more characters with a digit among them. */
function isId(segment: string): boolean {
  if (segment === '') return false;
  if (consistsOf(segment, DECIMAL) || isUuid(segment)) return true;
  if (segment.length >= MIN_HEXADECIMAL_ID && consistsOf(segment, HEXADECIMAL)) return true;
  return (
    segment.length >= MIN_ID && consistsOf(segment, WORD) && [...segment].some(character => DECIMAL.has(character))
  );
}

function isUuid(segment: string): boolean {
  const groups = segment.split('-');
  const lengths = groups.map(group => group.length).join('-');
  return lengths === UUID_GROUPS && groups.every(group => consistsOf(group, HEXADECIMAL));
}
