/** Labels for the parcels of the day, drawn by a program that the carrier has given to us. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';
import type { Database } from './database.js';

const LABEL_PROGRAM = fileURLToPath(new URL('./partners/labelProgram.js', import.meta.url));

const PARCELS_OF_THE_DAY = `
  select orders.id, customers.name, customers.city
  from orders join customers on customers.id = customer_id
  order by placed_at desc limit 28`;

interface Parcel {
  id: number;
  name: string;
  city: string;
}

export function printLabels(database: Database): RequestHandler {
  return async (_request, response) => {
    const { rows } = await database.query<Parcel>(PARCELS_OF_THE_DAY);
    response.type('image/svg+xml').send(`<svg xmlns="http://www.w3.org/2000/svg">${rows.map(label).join('')}</svg>`);
  };
}

/** Nothing else runs in this process until the program has ended. */
function label({ id, name, city }: Parcel): string {
  return execFileSync(process.execPath, [LABEL_PROGRAM, String(id), name, city], { encoding: 'utf8' }); // SLOW: POST /labels
}
