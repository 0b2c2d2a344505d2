/** Answers a request in place of the app: only with Node's own methods, not with what the app has put in front of them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InsteadAnswer } from './reports';
import type { Load } from './runtime';
import { silence } from './silence';

/** Whoever tries again at once would most likely block the app again. */
const RETRY_AFTER_S = 5;
const TITLE = 'Service Unavailable';
const TEXT_TYPES = new Set(['text/plain', 'text/html', 'text/*', 'application/xhtml+xml']);

/**
 * Answers with 503 and closes the connection; where the answer has begun, only the latter. For an event loop that is free.
 *
 * @param why one sentence for the client
 * @returns what the client gets
 */
export function answerInstead(
  load: Load,
  request: IncomingMessage,
  response: ServerResponse,
  why: string,
): InsteadAnswer {
  if (isGone(response)) return 'clientGone';
  if (response.headersSent) return cut(response);
  const { headers, body } = answerTo(request, why);
  const { prototype } = load('http').ServerResponse;
  const writeHead = prototype.writeHead as (this: ServerResponse, ...head: unknown[]) => unknown;
  const end = prototype.end as (this: ServerResponse, text: string) => unknown;
  // What the app has set so far, such as cookies or a length, is of an answer that will not come.
  for (const name of prototype.getHeaderNames.call(response)) prototype.removeHeader.call(response, name);
  writeHead.call(response, 503, TITLE, headers);
  end.call(response, body);
  silence(response);
  return 'sent503';
}

/**
 * The same on top of JavaScript that holds the event loop. It writes to the socket itself: Node's way to write a head uses
 * regular expressions, and V8 does not survive one in the midst of another, which may be what holds the loop.
 */
export function answerOnSocket(
  load: Load,
  request: IncomingMessage,
  response: ServerResponse,
  why: string,
): InsteadAnswer {
  const { socket } = response;
  if (isGone(response)) return 'clientGone';
  if (response.headersSent || socket === null) return cut(response);
  const { headers, body } = answerTo(request, why);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `HTTP/1.1 503 ${TITLE}\r\n${head.join('')}\r\n${request.method === 'HEAD' ? '' : body}`;
  silence(response);
  const end = load('stream').Duplex.prototype.end as (this: unknown, bytes: Buffer) => unknown;
  end.call(socket, Buffer.from(text));
  return 'sent503';
}

function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.socket?.destroyed === true;
}

function cut(response: ServerResponse): InsteadAnswer {
  silence(response);
  response.destroy();
  return 'connectionCut';
}

function answerTo({ headers }: IncomingMessage, why: string): { headers: Record<string, string>; body: string } {
  const wantsJson = prefersJson(String(headers.accept ?? ''));
  const json = () => `${JSON.stringify({ statusCode: 503, error: TITLE, message: why })}\n`;
  const body = wantsJson ? json() : `503 ${TITLE}\n\n${why}\n`;
  return {
    headers: {
      'Content-Type': wantsJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Retry-After': String(RETRY_AFTER_S),
      'Cache-Control': 'no-store',
      Connection: 'close',
    },
    body,
  };
}

/** @param accept of the header; the order of RFC 9110, 12.5.1, without the finer points: the larger weight wins */
function prefersJson(accept: string): boolean {
  const weights = { json: 0, text: 0 };
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim());
    const given = parameters.find(parameter => parameter.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2)) || 0;
    if (type === 'application/json' || type.endsWith('+json')) weights.json = Math.max(weights.json, weight);
    else if (TEXT_TYPES.has(type)) weights.text = Math.max(weights.text, weight);
  }
  return weights.json > weights.text;
}
