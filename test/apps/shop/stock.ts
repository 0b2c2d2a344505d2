/** How much there is of a product: the warehouse knows. */
import type { RequestHandler } from 'express';

interface Stock {
  shelf: string;
  pieces: number;
}

export function showStock(warehouseUrl: string): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await stockOf(warehouseUrl, request.params.id));
  };
}

async function stockOf(warehouseUrl: string, productId: string): Promise<Stock> {
  const answer = await fetch(`${warehouseUrl}/stock/${encodeURIComponent(productId)}`); // SLOW: GET /products/:id/stock
  if (!answer.ok) throw new Error(`The warehouse answered ${answer.status}`);
  return (await answer.json()) as Stock;
}
