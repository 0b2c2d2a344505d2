/** Payments go through the gateway of an old bank, which speaks a protocol of its own over TCP. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { RequestHandler } from 'express';
import type { Database } from './database.js';

const BANK_TIMEOUT_MS = 1_500;

const TOTAL_OF_ORDER = `
  select coalesce(sum(quantity * price_cents), 0)::int as cents
  from order_lines join products on products.id = product_id
  where order_id = $1`;

export function payOrder(database: Database, bankPort: number): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { rows } = await database.query<{ cents: number }>(TOTAL_OF_ORDER, [id]);
    try {
      response.json({ paid: await authorise(bankPort, `AUTH ${id} ${rows[0]?.cents ?? 0} EUR\n`) });
    } catch (error) {
      response.status(504).json({ error: String(error) });
    }
  };
}

/** @throws Error when the bank does not answer in time */
async function authorise(bankPort: number, message: string): Promise<string> {
  const socket = connect(bankPort, '127.0.0.1', () => socket.write(message)); // SLOW: POST /orders/:id/payment
  socket.setTimeout(BANK_TIMEOUT_MS, () => socket.destroy(new Error('The bank does not answer')));
  try {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}
