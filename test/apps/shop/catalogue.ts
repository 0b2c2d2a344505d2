/** The home page and the page of a product: quick, as pages should be. */
import type { RequestHandler } from 'express';
import type { Database, Product } from './database.js';
import { escapeHtml, list, page, price } from './page.js';

const PRODUCTS_ON_HOME_PAGE = 30;

export function showHome(database: Database): RequestHandler {
  return async (_request, response) => {
    const { rows } = await database.query<Product>('select * from products order by id limit $1', [
      PRODUCTS_ON_HOME_PAGE,
    ]);
    response.send(page('Tea and Kitchen', list(rows.map(productLink))));
  };
}

export function showProduct(database: Database): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { rows } = await database.query<Product>('select * from products where id = $1', [id]);
    const [product] = rows;
    if (product === undefined) {
      response.status(404).send(page('Not found', 'There is no such product.'));
      return;
    }
    const reviews = await database.query<{ stars: number; text: string }>(
      'select stars, text from reviews where product_id = $1 order by id',
      [id],
    );
    const opinions = reviews.rows.map(({ stars, text }) => `${'★'.repeat(stars)} ${escapeHtml(text)}`);
    response.send(
      page(product.name, `<p>${escapeHtml(product.description)} ${price(product.price_cents)}</p>${list(opinions)}`),
    );
  };
}

/** @returns HTML: the product's name and price, as a link to its page */
export function productLink({ id, name, price_cents }: Product): string {
  return `<a href="/products/${id}">${escapeHtml(name)}</a> ${price(price_cents)}`;
}
