/**
 * The shop: a small web shop for tea and kitchen things. Its pages are quick, except where the code carries a mark
 * `// SLOW: METHOD /path`: each of those lines is slow for a reason of its own that people meet in real life.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { openDatabase } from './database.js';
import { startPartners } from './partners.js';
import { seed } from './seed.js';

const partners = await startPartners();
const database = await openDatabase();
await seed(database);

const server = createServer(createApp(database, partners));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
console.log(`shop listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);

/** Answers the requests that are under way, then lets go of everything, so that the process ends by itself. */
function stop(): void {
  server.close(() => {
    partners.stop();
    database.close().catch((error: unknown) => console.error(error));
  });
}
