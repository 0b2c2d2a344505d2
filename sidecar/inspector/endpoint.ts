/** Asks an inspector's HTTP side who it is. */
import { get } from 'node:http';
import * as z from 'zod';

/** Of the answer's parts, those that tell a Node.js inspector from a browser's or from any web server. */
const targets = z.array(z.looseObject({ type: z.literal('node'), webSocketDebuggerUrl: z.string() })).min(1);

const MAX_ANSWER_BYTES = 64 * 1024;

export type Endpoint =
  | { found: 'inspector'; url: string }
  /** Nobody listens there, or nobody answers in time. */
  | { found: 'nothing'; reason: string }
  | { found: 'somethingElse' };

/**
 * @param host name or address
 * @param port port number
 * @param timeoutMs how long to wait for the whole answer, however it trickles in
 * @returns what listens there; for an inspector the WebSocket address to connect to, on the given host and port
 */
export function askEndpoint(host: string, port: number, timeoutMs: number): Promise<Endpoint> {
  return new Promise(resolve => {
    const request = get({ host, port, path: '/json/list', agent: false }, response => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MAX_ANSWER_BYTES) end({ found: 'somethingElse' });
      });
      response.on('end', () => resolve(endpointOf(body, host, port)));
      response.on('error', () => resolve({ found: 'somethingElse' }));
    });
    const end = (endpoint: Endpoint) => {
      resolve(endpoint);
      request.destroy();
    };
    const late = setTimeout(() => end({ found: 'nothing', reason: `no answer within ${timeoutMs} ms` }), timeoutMs);
    request.on('close', () => clearTimeout(late));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A server that speaks no HTTP is there, but it is no inspector.
      if (error.code?.startsWith('HPE_')) resolve({ found: 'somethingElse' });
      else resolve({ found: 'nothing', reason: error.code ?? error.message });
    });
  });
}

function endpointOf(body: string, host: string, port: number): Endpoint {
  try {
    const [first] = targets.parse(JSON.parse(body));
    if (first === undefined) return { found: 'somethingElse' };
    const { pathname } = new URL(first.webSocketDebuggerUrl);
    return { found: 'inspector', url: `ws://${host.includes(':') ? `[${host}]` : host}:${port}${pathname}` };
  } catch {
    return { found: 'somethingElse' };
  }
}
