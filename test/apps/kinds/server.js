// Three routes that are slow in three places, for many requests at once. Runs on Node 18 and later.

const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

const WAIT_MS = 200;

const routes = {
  '/orders': async () => {
    await delay(WAIT_MS); // SLOW: GET /orders
  },
  '/stock': async () => {
    await delay(WAIT_MS); // SLOW: GET /stock
  },
  '/prices': async () => {
    await delay(WAIT_MS); // SLOW: GET /prices
  },
};

const server = http.createServer(async (request, response) => {
  await routes[request.url]?.();
  response.end('done');
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
