import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { alpha, beta, innocent, type Measured, Worker } from './work';

/** Nothing of a type is left when this runs, so that no line is where it was. */
interface Handlers {
  [path: string]: (own: Partial<Measured>) => Promise<void>;
}

async function waitLong(own: Partial<Measured>): Promise<void> {
  const startMs = performance.now();
  await delay(150); // WAIT: long
  own.waitLong = performance.now() - startMs;
}

async function mixed(own: Partial<Measured>): Promise<void> {
  alpha(own, 60);
  await waitLong(own);
  beta(own, 80);
  await delay(20);
  new Worker(own).gamma(40);
}

async function other(own: Partial<Measured>): Promise<void> {
  innocent(own, 10);
  await delay(20);
  innocent(own, 10);
}

const handlers: Handlers = { '/mixed': mixed, '/other': other };

async function answer(path: string, response: ServerResponse): Promise<void> {
  const own: Partial<Measured> = {};
  await handlers[path]?.(own);
  response.end(JSON.stringify(own));
}

const server = createServer((request, response) => void answer(request.url ?? '', response));
server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`));
