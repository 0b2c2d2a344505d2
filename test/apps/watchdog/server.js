// What a watchdog is asked to tell of, and what it must not. Runs on Node 18 and later.

const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

/** How long a slow route takes. */
const SLOW_MS = Number(process.env.SLOW_MS ?? 1500);

function busy(durationMs, orderId) {
  const customer = `customer of ${orderId}`;
  const password = process.env.SECRET ?? 'none';
  const login = { user: 'ann', api_key: process.env.SECRET ?? 'none' };
  const end = performance.now() + durationMs;
  let rounds = 0;
  while (performance.now() < end) rounds += 1; // SLOW: GET /busy
  return `${customer}: ${rounds}, ${password.length}, ${login.user}`;
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

async function askDatabase(secret) {
  const { Client } = require('pg');
  const client = new Client();
  await client.connect();
  const { rows } = await client.query('select $1::text as token, pg_sleep($2)', [secret, SLOW_MS / 1000]); // SLOW: POST /login
  await client.end();
  return rows.length;
}

const routes = {
  '/': () => 'quick',
  '/slow': async function slowView() {
    await delay(SLOW_MS); // SLOW: GET /slow
  },
  '/busy': request => busy(SLOW_MS, new URL(request.url, 'http://app').searchParams.get('order')),
  // The head and a part of the body are sent at once, the rest late.
  '/stream': async (_request, response) => {
    response.write('first part, ');
    await delay(SLOW_MS); // SLOW: GET /stream
  },
  // Its variables hold all that the client sent, in several forms.
  '/parsed': async request => {
    const body = await bodyOf(request);
    const parsed = JSON.parse(body);
    const { headers, rawHeaders, url } = request;
    const entries = Object.entries(headers);
    const header = headers.authorization;
    const text = `token=${parsed.secret}&user=${parsed.user}`;
    const done = busy(SLOW_MS, 'parsed'); // SLOW: POST /parsed
    return [body, parsed, headers, rawHeaders, url, entries, header, text, done].length;
  },
  '/login': async request => {
    const { secret } = JSON.parse(await bodyOf(request));
    return askDatabase(secret);
  },
};

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://app');
  const answer = await routes[pathname]?.(request, response);
  response.end(String(answer ?? 'done'));
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
