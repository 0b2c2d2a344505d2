/** The database: Postgres, compiled to WebAssembly, inside this process and in memory. */
import { PGlite } from '@electric-sql/pglite';

export type Database = PGlite;

export interface Product {
  id: number;
  name: string;
  description: string;
  price_cents: number;
}

/** As so often, nobody thought of indexes on the foreign keys: Postgres makes none by itself. */
const SCHEMA = `
  create table customers (id int primary key, name text not null, email text not null, city text not null);
  create table products (id int primary key, name text not null, description text not null, price_cents int not null);
  create table orders (id int primary key, customer_id int not null references customers, placed_at timestamptz not null);
  create table order_lines (
    id int primary key,
    order_id int not null references orders,
    product_id int not null references products,
    quantity int not null
  );
  create table reviews (id int primary key, product_id int not null references products, stars int not null, text text not null);
`;

/** @returns a database with empty tables */
export async function openDatabase(): Promise<Database> {
  const database = await PGlite.create();
  await database.exec(SCHEMA);
  return database;
}
