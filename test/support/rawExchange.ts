/** Requests of which every header and byte counts. */
import { once } from 'node:events';
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

export interface FullAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** @returns the whole answer, its body as Latin-1 */
export async function exchange(
  port: number,
  options: { method?: string; path: string; headers?: Record<string, string> },
  body = '',
  agent: Agent | false = false,
): Promise<FullAnswer> {
  const sent = request({ host: '127.0.0.1', port, agent, ...options });
  if (body !== '') sent.setHeader('content-length', Buffer.byteLength(body));
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  response.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers, body: text };
}

/**
 * @param requests as they go over the connection; the last one asks for it to be closed
 * @returns all that came back
 */
export async function rawExchange(port: number, requests: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  socket.write(requests);
  await once(socket, 'close');
  return text;
}
