/** Sends a recorded request, once, with no limit of time. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ReplayedRequest } from '../protocol/replayValues';
import type { Listening } from './copy';

/** They belong to the connection the request came on, not to the request: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
]);

export interface Answered {
  statusCode: number;
  /** From the first byte sent to the last byte received. */
  durationMs: number;
}

/**
 * @param extra headers of ours
 * @throws Error when the connection breaks before the answer is complete, or `signal` is aborted
 */
export async function sendRequest(
  { method, url, headers, body = '' }: ReplayedRequest,
  { port, protocol }: Listening,
  extra: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answered> {
  const recorded = headers.filter(({ name }) => !OF_THE_CONNECTION.has(name.toLowerCase()));
  const all = [...recorded, ...Object.entries(extra).map(([name, value]) => ({ name, value }))];
  if (!all.some(({ name }) => name.toLowerCase() === 'host')) all.push({ name: 'Host', value: `localhost:${port}` });
  const bytes = Buffer.from(body);
  if (bytes.length > 0) all.push({ name: 'Content-Length', value: String(bytes.length) });
  all.push({ name: 'Connection', value: 'close' });
  const options = {
    host: '127.0.0.1',
    port,
    method,
    path: url,
    // As a list, they go out as they are: each as often, and in the order, as the client sent them.
    headers: all.flatMap(({ name, value }) => [name, value]),
    agent: false as const,
    signal,
  };
  const startedMs = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = protocol === 'https' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    sent.once('response', resolve).once('error', reject).end(bytes);
  });
  for await (const _chunk of response);
  return { statusCode: response.statusCode ?? 0, durationMs: performance.now() - startedMs };
}
