/** The search, whose form has a field for a coupon: prices are then shown with it taken off. */
import type { RequestHandler } from 'express';
import { productLink } from './catalogue.js';
import type { Database, Product } from './database.js';
import { list, page } from './page.js';

/** Groups of letters and digits with dashes between them. It backtracks through 2^n ways to group n characters. */
const COUPON = /^([A-Z0-9]+-?)+$/;

/**
 * The coupons of this season. That they are looked over here also has V8 compile the pattern: before its second use it
 * is interpreted, and then a match that takes 2 s would take 30 s.
 */
const COUPONS = new Set(['TEA-2026', 'KETTLE-10', 'WELCOMEBACK'].filter(isCoupon));

const COUPON_DISCOUNT = 0.1;
const MAX_RESULTS = 20;

export function search(database: Database): RequestHandler {
  return async (request, response) => {
    const words = textOf(request.query.q);
    const coupon = textOf(request.query.coupon);
    const discount = isCoupon(coupon) && COUPONS.has(coupon) ? COUPON_DISCOUNT : 0;
    const { rows } = await database.query<Product>('select * from products where name ilike $1 order by id limit $2', [
      `%${words}%`,
      MAX_RESULTS,
    ]);
    const reduced = rows.map(product => ({ ...product, price_cents: product.price_cents * (1 - discount) }));
    response.send(page(`Search: ${words}`, list(reduced.map(productLink))));
  };
}

function isCoupon(code: string): boolean {
  return COUPON.test(code); // SLOW: GET /search
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
