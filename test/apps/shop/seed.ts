/** Fills the empty database, with the same rows every time. */
import type { Database } from './database.js';

const COUNTS = { customers: 500, products: 320, orders: 10_000, order_lines: 30_000, reviews: 2_400 };

const FIRST_NAMES = [
  'Ada',
  'Amir',
  'Björn',
  'Chiara',
  'Désirée',
  'Emre',
  'Fatou',
  'Greta',
  'Hugo',
  'Ines',
  'Jun',
  'Kaja',
];
const LAST_NAMES = [
  'Abebe',
  'Brandt',
  'Castillo',
  'Dubois',
  'Eriksson',
  'Fischer',
  'Górski',
  'Haddad',
  'Ito',
  'Jansen',
];
const CITIES = ['Amsterdam', 'Bologna', 'Kraków', 'Lyon', 'Malmö', 'Porto', 'Utrecht', 'Zürich'];
const ADJECTIVES = [
  'Blue',
  'Enamelled',
  'Folding',
  'Hand-thrown',
  'Heavy',
  'Japanese',
  'Little',
  'Oak',
  'Smoked',
  'Striped',
];
const NOUNS = [
  'Teapot',
  'Kettle',
  'Strainer',
  'Mug',
  'Tea Caddy',
  'Tray',
  'Whisk',
  'Bread Knife',
  'Apron',
  'Biscuit Tin',
];
const PRAISE = [
  'keeps its heat for an hour',
  'is made in a workshop of four',
  'goes into the dishwasher',
  'comes in a box of tin',
];
const REVIEWS = [
  'Just what I hoped for.',
  'Arrived with a chip.',
  'My third one, as a present.',
  'Smaller than it looks.',
];

const FIRST_ORDER_AT_MS = Date.UTC(2026, 0, 1);
const ORDER_EVERY_MS = 2_500_000;

/** Inserts customers, products, orders, order lines and reviews. */
export async function seed(database: Database): Promise<void> {
  const random = pseudoRandom(20_260_101);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const some = (table: keyof typeof COUNTS) => 1 + Math.floor(random() * COUNTS[table]);

  await insert(database, 'customers', id => {
    const [first, last] = [pick(FIRST_NAMES), pick(LAST_NAMES)];
    return { id, name: `${first} ${last}`, email: `customer${id}@example.com`, city: pick(CITIES) };
  });
  await insert(database, 'products', id => {
    const name = `${pick(ADJECTIVES)} ${pick(NOUNS)} No. ${id}`;
    const sentences = Array.from({ length: 6 }, () => `The ${name.toLowerCase()} ${pick(PRAISE)}.`);
    return { id, name, description: sentences.join(' '), price_cents: 490 + 10 * some('products') };
  });
  await insert(database, 'orders', id => ({
    id,
    customer_id: some('customers'),
    placed_at: new Date(FIRST_ORDER_AT_MS + id * ORDER_EVERY_MS).toISOString(),
  }));
  await insert(database, 'order_lines', id => ({
    id,
    order_id: some('orders'),
    product_id: some('products'),
    quantity: 1 + Math.floor(random() * 3),
  }));
  await insert(database, 'reviews', id => ({
    id,
    product_id: some('products'),
    stars: 3 + Math.floor(random() * 3),
    text: pick(REVIEWS),
  }));
}

/** One statement for the whole table: row by row it would take a minute. */
async function insert(database: Database, table: keyof typeof COUNTS, row: (id: number) => object): Promise<void> {
  const rows = Array.from({ length: COUNTS[table] }, (_, index) => row(index + 1));
  await database.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
}

/** The generator "mulberry32": numbers from 0 to 1 that are the same on every machine. */
function pseudoRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
