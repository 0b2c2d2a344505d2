/** What it costs to ship an order: the carrier is asked, again and again when it is busy. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestHandler } from 'express';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

export function quoteShipping(carrierUrl: string): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const url = `${carrierUrl}/quotes/${encodeURIComponent(request.params.id)}`;
    const answer = await fetchPatiently(url);
    response.status(answer.status).json(await answer.json());
  };
}

/** Asks again after a pause that doubles each time, as long as the other side says that it is busy. */
async function fetchPatiently(url: string): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url);
    if (answer.status !== 503 || attempt === ATTEMPTS) return answer;
    await answer.body?.cancel();
    await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1)); // SLOW: GET /orders/:id/shipping
  }
}
