/** The bank's gateway on a bad day: it takes every connection and every word, and never says anything. */
import { createServer, type Server } from 'node:net';

/** @returns a server, not yet listening */
export function createBank(): Server {
  return createServer(socket => {
    socket.resume();
    // The other side hangs up at some time, in one way or another.
    socket.on('error', () => socket.destroy());
  });
}
