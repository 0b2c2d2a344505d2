/** The list of orders in the back office. */
import type { RequestHandler } from 'express';
import type { Database } from './database.js';
import { escapeHtml, list, page, price } from './page.js';

const ORDERS_ON_PAGE = 500;

const NEWEST_ORDERS = `
  select orders.id, placed_at, customers.name as customer
  from orders join customers on customers.id = customer_id
  order by placed_at desc limit $1`;

const LINES_OF_ORDER = `
  select name, quantity, price_cents
  from order_lines join products on products.id = product_id
  where order_id = $1`;

interface Order {
  id: number;
  placed_at: Date;
  customer: string;
}

interface OrderLine {
  name: string;
  quantity: number;
  price_cents: number;
}

/** One query for the orders and then one more for each of them: "N+1 queries". */
export function listOrders(database: Database): RequestHandler {
  return async (_request, response) => {
    const orders = await database.query<Order>(NEWEST_ORDERS, [ORDERS_ON_PAGE]);
    const items: string[] = [];
    for (const order of orders.rows) {
      const lines = await database.query<OrderLine>(LINES_OF_ORDER, [order.id]); // SLOW: GET /orders
      items.push(orderItem(order, lines.rows));
    }
    response.send(page('Orders', list(items)));
  };
}

function orderItem({ id, placed_at, customer }: Order, lines: readonly OrderLine[]): string {
  const totalCents = lines.reduce((sum, { quantity, price_cents }) => sum + quantity * price_cents, 0);
  const names = lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');
  return `${id}, ${placed_at.toISOString()}: ${escapeHtml(`${customer}: ${names}`)}, ${price(totalCents)}`;
}
