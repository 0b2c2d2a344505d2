/** The wire's own view of a WebSocket, so that `connection.ts` needs no package of either side. */
import type { WebSocket } from 'ws';

export interface WireSocket {
  send(text: string): void;
  close(): void;
  onText(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
  /** Bytes handed to `send` that the peer has not taken yet. */
  readonly bufferedBytes: number;
}

/**
 * @param socket an open `ws` socket
 * @returns the same socket as the wire sees it; binary frames are passed on as UTF-8 text
 */
export function wireSocket(socket: WebSocket): WireSocket {
  return {
    send: text => socket.send(text, () => {}),
    close: () => socket.close(),
    onText: listener => void socket.on('message', data => listener(data.toString())),
    onClose: listener => void socket.on('close', () => listener()),
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
  };
}
