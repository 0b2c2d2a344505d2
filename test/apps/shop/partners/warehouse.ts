/** The warehouse: a machine drives to the shelf and counts, which takes its time. */
import { createServer, type Server } from 'node:http';

const COUNTING_MS = Number(process.env.COUNTING_MS ?? 1_500);

/** @returns a server that answers `GET /stock/:productId`, not yet listening */
export function createWarehouse(): Server {
  return createServer((request, response) => {
    const productId = Number(request.url?.split('/').at(-1));
    const stock = { shelf: `A${productId % 40}`, pieces: (productId * 7) % 23 };
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(stock));
    }, COUNTING_MS);
  });
}
