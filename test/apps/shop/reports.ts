/** Reports for the people who run the shop. */
import { type RequestHandler, Router } from 'express';
import type { Database, Product } from './database.js';

const REPORTED_PAIRS = 50;

interface Pair {
  names: [string, string];
  sharedWords: number;
}

export function reports(database: Database): Router {
  const router = Router();
  router.get('/similar-products', similarProducts(database));
  return router;
}

/** Products whose descriptions are so alike that one of them may be a duplicate. */
function similarProducts(database: Database): RequestHandler {
  return async (_request, response) => {
    const { rows } = await database.query<Product>('select * from products order by id');
    const pairs = similarityMatrix(rows).sort((a, b) => b.sharedWords - a.sharedWords);
    response.json(pairs.slice(0, REPORTED_PAIRS));
  };
}

/** Every product with every other; the other's description is split anew for each word of each product. */
function similarityMatrix(products: readonly Product[]): Pair[] {
  const pairs: Pair[] = [];
  for (const [index, product] of products.entries()) {
    const words = new Set(product.description.split(' '));
    for (const other of products.slice(index + 1)) {
      const shared = [...words].filter(word => other.description.split(' ').includes(word)); // SLOW: GET /reports/similar-products
      pairs.push({ names: [product.name, other.name], sharedWords: shared.length });
    }
  }
  return pairs;
}
