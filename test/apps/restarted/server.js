// Is ended and started again by many hands. Tells each start as a line of JSON in the file STARTS.

const fs = require('node:fs');
const http = require('node:http');
const inspector = require('node:inspector');
const { setTimeout: delay } = require('node:timers/promises');

const { STARTS, EXIT_AFTER_MS } = process.env;

const routes = {
  '/slow': () => delay(500), // SLOW: GET /slow
  '/never': () => delay(100_000), // SLOW: GET /never
  '/inspector': () => inspector.url() ?? 'closed',
  '/close-inspector': () => void setImmediate(() => inspector.close()),
};

if (process.env.OWN_SIGUSR1) {
  process.on('SIGUSR1', () => fs.appendFileSync(process.env.OWN_SIGUSR1, 'signalled\n'));
}

const server = http.createServer(async (request, response) => {
  response.end((await routes[request.url]?.()) ?? 'done');
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  fs.appendFileSync(STARTS, `${JSON.stringify({ pid: process.pid, port, atMs: Date.now() })}\n`);
  if (EXIT_AFTER_MS !== undefined) setTimeout(() => process.exit(1), Number(EXIT_AFTER_MS));
});
