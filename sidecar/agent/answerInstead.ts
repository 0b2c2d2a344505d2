/**
 * Answers a request in place of the app, from inside the app's own JavaScript. Only Node's own methods run here, not what
 * the app or a framework has put in front of them: it may be called on top of a stack that is about to be cut off.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InsteadAnswer } from './reports';
import type { Load } from './runtime';

/** Whoever tries again at once would most likely block the app again. */
const RETRY_AFTER_S = 5;
const TITLE = 'Service Unavailable';
/** What the app may still call on its answer; without an answer to give it must not meet an error for that. */
const WRITING = [
  'addTrailers',
  'appendHeader',
  'cork',
  'end',
  'flushHeaders',
  'removeHeader',
  'setHeader',
  'setHeaders',
  'uncork',
  'write',
  'writeContinue',
  'writeEarlyHints',
  'writeHead',
  'writeProcessing',
] as const;

/**
 * Answers with 503 and closes the connection; where the answer has begun, only the latter.
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
  if (response.destroyed || response.socket?.destroyed) return 'clientGone';
  if (response.headersSent) {
    silence(response);
    response.destroy();
    return 'connectionCut';
  }
  const { prototype } = load('http').ServerResponse;
  const wantsJson = prefersJson(String(request.headers.accept ?? ''));
  const body = wantsJson
    ? `${JSON.stringify({ statusCode: 503, error: TITLE, message: why })}\n`
    : `503 ${TITLE}\n\n${why}\n`;
  // What the app has set so far, such as cookies or a length, is of an answer that will not come.
  for (const name of prototype.getHeaderNames.call(response)) prototype.removeHeader.call(response, name);
  const writeHead = prototype.writeHead as (this: ServerResponse, ...head: unknown[]) => unknown;
  const end = prototype.end as (this: ServerResponse, text: string) => unknown;
  writeHead.call(response, 503, TITLE, {
    'Content-Type': wantsJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Retry-After': RETRY_AFTER_S,
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  end.call(response, body);
  silence(response);
  return 'sent503';
}

/** @param accept of the header; the order of RFC 9110, 12.5.1, without the finer points: the larger weight wins */
function prefersJson(accept: string): boolean {
  const weights = { json: 0, text: 0 };
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim());
    const given = parameters.find(parameter => parameter.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2)) || 0;
    if (/^application\/(json|\S+\+json)$/.test(type)) weights.json = Math.max(weights.json, weight);
    else if (/^(text\/(plain|html|\*)|application\/xhtml\+xml)$/.test(type))
      weights.text = Math.max(weights.text, weight);
  }
  return weights.json > weights.text;
}

/** The app may go on with its request, and would meet errors of writing after the end, which nobody may handle. */
function silence(response: ServerResponse): void {
  for (const name of WRITING) {
    if (typeof response[name] !== 'function') continue;
    Object.defineProperty(response, name, { value: swallow(name), configurable: true, writable: true });
  }

  function swallow(name: string): (...args: unknown[]) => unknown {
    return (...args) => {
      const callback = args.at(-1);
      if (typeof callback === 'function') process.nextTick(callback);
      return name === 'write' ? true : response;
    };
  }
}
