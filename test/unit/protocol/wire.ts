/** Both ends of a real WebSocket on loopback. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type WireSocket, wireSocket } from '../../../sidecar/protocol/socket';

export interface Wire {
  readonly serverEnd: WireSocket;
  readonly clientEnd: WireSocket;
  /** The client's own socket, to have it stop reading. */
  readonly client: WebSocket;
  close(): Promise<void>;
}

export async function openWire(): Promise<Wire> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  return {
    serverEnd: wireSocket(accepted),
    clientEnd: wireSocket(client),
    client,
    close: async () => {
      for (const socket of [client, ...server.clients]) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
