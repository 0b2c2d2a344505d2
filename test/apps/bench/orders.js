// An ordinary service: Express 5 and two queries a request. PostgreSQL is found by the PG… environment variables.

const express = require('express');
const { Pool } = require('pg');
const usage = require('./usage');

const ORDERS = 5000;
const LINES_AN_ORDER = 5;

const pool = new Pool({ max: 8 });
const app = express();

app.get('/usage', (_request, response) => response.type('json').send(usage()));

app.post('/prepare', async (_request, response) => {
  await pool.query(`
    drop table if exists order_lines, orders;
    create table orders (id integer primary key, customer text not null, placed_at timestamptz not null);
    create table order_lines (
      order_id integer references orders, position integer, article text, cents integer, primary key (order_id, position)
    );
    insert into orders select id, 'customer ' || id % 500, now() from generate_series(1, ${ORDERS}) id;
    insert into order_lines
      select id, position, 'article ' || (id * position) % 900, 100 * position
      from generate_series(1, ${ORDERS}) id, generate_series(1, ${LINES_AN_ORDER}) position;
    analyze;
  `);
  response.json({ orders: ORDERS });
});

async function findOrder(id) {
  const { rows } = await pool.query('select id, customer, placed_at from orders where id = $1', [id]);
  return rows[0];
}

async function listLines(id) {
  const sql = 'select position, article, cents from order_lines where order_id = $1 order by position';
  const { rows } = await pool.query(sql, [id]);
  return rows;
}

app.get('/orders/:id', async (request, response) => {
  const order = await findOrder(request.params.id);
  if (order === undefined) return response.status(404).json({ error: 'no such order' });
  const lines = await listLines(order.id);
  const totalCents = lines.reduce((sum, { cents }) => sum + cents, 0);
  return response.json({ ...order, totalCents, lines });
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});
