/** The carrier: too busy three times out of four, which it says at once. */
import { createServer, type Server } from 'node:http';

const BUSY_ANSWERS = 3;

/** @returns a server that answers `GET /quotes/:orderId`, not yet listening */
export function createCarrier(): Server {
  const askedByUrl = new Map<string, number>();
  return createServer((request, response) => {
    const url = request.url ?? '';
    const asked = askedByUrl.get(url) ?? 0;
    const isBusy = asked < BUSY_ANSWERS;
    askedByUrl.set(url, isBusy ? asked + 1 : 0);
    response.statusCode = isBusy ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isBusy ? { error: 'busy' } : { cents: 590, days: 2 }));
  });
}
