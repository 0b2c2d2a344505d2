// Requests that hold the event loop in every way there is, others that only wait, and innocent ones beside them.
const { AsyncResource } = require('node:async_hooks');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const { Readable } = require('node:stream');
const { setTimeout: delay } = require('node:timers/promises');
const pg = require('pg');

function spin() {
  while (true) Math.random(); // SLOW: GET /spin
}

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); // SLOW: GET /recursion
}

let cleanups = 0;

function spinInTry() {
  try {
    spin(); // SLOW: GET /try
  } catch {
    cleanups += 1;
  } finally {
    cleanups += 1;
  }
}

/** @type {Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => unknown>} */
const handlers = {
  '/spin': () => spin(),
  '/regexp': () => /^(a+)+$/.test(`${'a'.repeat(60)}!`), // SLOW: GET /regexp
  '/recursion': () => fibonacci(70),
  '/try': () => spinInTry(),
  '/timer': () => setTimeout(spin, 5),
  '/interval': () => setInterval(spin, 5),
  '/immediate': () => setImmediate(spin),
  '/two-immediates': () => {
    setImmediate(spin);
    setImmediate(() => {});
  },
  '/tick': () => process.nextTick(spin),
  '/microtask': () => queueMicrotask(spin),
  '/await': async () => {
    await delay(5);
    spin();
  },
  '/resource': () => new AsyncResource('Test').runInAsyncScope(spin),
  '/body': request => request.resume().on('end', spin),
  '/streaming': (_request, response) => {
    response.write('begun\n');
    setTimeout(spin, 50);
  },
  '/native': async (_request, response) => {
    await delay(600);
    execFileSync('sleep', ['5']);
    response.end('done');
  },
  '/node-stream': () => {
    // Only Node's own code runs: its stream asks itself for chunks for ever.
    const endless = new Readable({ objectMode: true });
    endless._read = endless.push.bind(endless, 1);
    endless.resume();
  },
  '/driver': (_request, response) => response.end(String(pg.escapeLiteral('x'.repeat(40_000_000)).length)),
  '/waits': async (_request, response) => {
    // It gets hold of the method before it waits.
    response.setHeader('x-late', await delay(Number(process.env.WAIT_MS ?? 2_000), '1'));
    response.setHeader('x-later', '1');
    response.write('late');
    response.end('later');
  },
  '/waits-again': async (_request, response) => {
    for (let round = 0; round < 40; round += 1) await delay(50);
    response.end('done');
  },
  '/blocks-a-bit': async (_request, response) => {
    const endMs = performance.now() + 600;
    while (performance.now() < endMs);
    response.end('done');
  },
  '/innocent': async (_request, response) => {
    await delay(5);
    await fs.promises.readFile(__filename);
    setTimeout(() => fs.readFile(__filename, () => setImmediate(() => response.end('ok'))), 5);
  },
  '/state': (_request, response) => {
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    response.end(JSON.stringify({ cleanups, heapUsed, resources: process.getActiveResourcesInfo() }));
  },
};

const server = http.createServer((request, response) => {
  const handler = handlers[request.url?.split('?')[0] ?? ''];
  if (handler) handler(request, response);
  else response.writeHead(404).end();
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`listening on http://127.0.0.1:${port}`);
});
