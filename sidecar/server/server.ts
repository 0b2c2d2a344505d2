/** The loopback WebSocket server that editors connect to. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Log } from '../log';
import { wireSocket } from '../protocol/socket';
import { type Served, serveClient } from './clientSession';

const LOOPBACK = '127.0.0.1';
/** A client's messages are wishes of a few hundred bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

export interface RunningServer {
  port: number;
  /** To be sent as `Authorization: Bearer …` with the upgrade. */
  token: string;
  close(): Promise<void>;
}

/**
 * @param served what clients control
 * @param version of this sidecar
 * @returns when it listens on a free port of 127.0.0.1
 */
export async function startServer(served: Served, version: string, log: Log): Promise<RunningServer> {
  const token = randomBytes(32).toString('hex');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const http = createServer((_request, response) => response.writeHead(404).end());
  http.on('upgrade', (request, socket, head) => {
    const problem = refusal(request, token);
    if (problem !== undefined) {
      log.warn(`refused a connection: ${problem}`);
      refuse(socket);
      return;
    }
    sockets.handleUpgrade(request, socket, head, webSocket => {
      webSocket.on('error', error => log.warn(`connection error: ${error.message}`));
      serveClient(wireSocket(webSocket), served, version, log);
    });
  });
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(0, LOOPBACK, resolve));
  const { port } = http.address() as AddressInfo;
  return { port, token, close: () => close(http, sockets) };
}

async function close(http: ReturnType<typeof createServer>, sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  http.closeAllConnections();
  await new Promise(resolve => http.close(resolve));
}

/** @returns why a connection is not taken; undefined when it may come in */
function refusal({ headers }: IncomingMessage, token: string): string | undefined {
  // Browsers always send an origin, and a page that rebinds its host name to 127.0.0.1 sends that name as the host.
  if (headers.origin !== undefined) return 'it comes from a web page';
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')) return 'its Host header is not loopback';
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? undefined : 'wrong token';
}

function refuse(socket: Duplex): void {
  socket.on('error', () => {});
  socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
