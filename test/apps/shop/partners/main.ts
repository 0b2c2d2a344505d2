/** The other companies' servers, in one process. It tells its parent where they listen and ends with it. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createBank } from './bank.js';
import { createCarrier } from './carrier.js';
import { createWarehouse } from './warehouse.js';

/** What the parent is told. */
export interface PartnerPorts {
  warehouse: number;
  carrier: number;
  bank: number;
}

process.once('disconnect', () => process.exit());
// Ctrl-C reaches all processes of a terminal: the shop decides when its partners are not needed any more.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const ports: PartnerPorts = {
  warehouse: await portOf(createWarehouse()),
  carrier: await portOf(createCarrier()),
  bank: await portOf(createBank()),
};
process.send?.(ports);

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
