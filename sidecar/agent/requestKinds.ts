/** Recognises requests that are meant to last; who wants to watch one gives its route a threshold of its own. */
import type * as Util from 'node:util';
import { rawHeadersOf } from './rawHeaders';
import type { NamedValue } from './reports';
import type { RequestRecord } from './requests';
import { pathOf } from './routes';
import { type Load, ownValue } from './runtime';
import { splitAt, upTo } from './text';

const MAX_HEADERS = 100;
const EVENT_STREAM = 'content-type: text/event-stream';
const QUERY_STARTS = new Set('?');
const SEGMENTS = new Set('/');
const POLLS = new Set(['poll', 'polling', 'longpoll', 'long-poll', 'longpolling', 'long-polling', 'long_poll']);

/** @returns why it is meant to last, in words; undefined when it is a request like most */
export function lastsByDesign(load: Load, { request, response, url }: RequestRecord): string | undefined {
  const util = load('util');
  // Where the app listens for upgrades, Node.js publishes no request at all (18 to 26): these are answered by hand.
  if (ownValue(util, response, 'statusCode') === 101) return 'upgrade';
  const head = ownValue(util, response, '_header');
  if (typeof head === 'string' && head.toLowerCase().includes(EVENT_STREAM)) return 'event stream';
  const headers = rawHeadersOf(util, request, MAX_HEADERS);
  if (head === null && isTakenOver(util, request, headers)) return 'upgrade';
  return isLongPoll(url, headers) ? 'long poll' : undefined;
}

/** The client wishes another protocol, and the answer went past HTTP: `ws` called by a request's handler does it so. */
function isTakenOver(util: typeof Util, request: unknown, headers: readonly NamedValue[]): boolean {
  if (!headers.some(({ name }) => name.toLowerCase() === 'upgrade')) return false;
  const socket = ownValue(util, request, 'socket');
  try {
    return Number((socket as { bytesWritten?: unknown } | undefined)?.bytesWritten) > 0;
  } catch {
    return false;
  }
}

/** By its path, by socket.io's transport, or by the wish to wait that RFC 7240 knows. */
function isLongPoll(url: string, headers: readonly NamedValue[]): boolean {
  if (splitAt(pathOf(url), SEGMENTS).some(segment => POLLS.has(segment.toLowerCase()))) return true;
  const query = url.slice(upTo(url, QUERY_STARTS).length + 1);
  if (query.split('&').includes('transport=polling')) return true;
  return headers.some(({ name, value }) => name.toLowerCase() === 'prefer' && value.toLowerCase().includes('wait='));
}
