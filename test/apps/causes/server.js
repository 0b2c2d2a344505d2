// One route for each way to be slow, on plain node:http. Runs on Node 18 and later.

const childProcess = require('node:child_process');
const crypto = require('node:crypto');
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { setTimeout: delay } = require('node:timers/promises');
const { promisify } = require('node:util');

/** How long a slow route takes. */
const SLOW_MS = Number(process.env.SLOW_MS ?? 3000);

/** How long a route waits that is slow only when another one keeps it from going on. */
const PARKED_MS = 1000;

/** Accepts and never says a word. */
const silent = net.createServer(() => {});
/** Answers every line, late. */
const late = net.createServer(socket => {
  socket.write('hello\n');
  socket.on('data', () => setTimeout(() => socket.write('answer\n'), SLOW_MS));
});
const upstream = http.createServer((_request, response) => setTimeout(() => response.end('stock'), SLOW_MS));
/** Requests parked at /lock until /unlock. */
const lockWaiters = [];
/** Opened at start, as a database driver's pool does. */
let pooled;

function busy(durationMs) {
  const end = performance.now() + durationMs;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1); // SLOW: GET /loop
  return sum;
}

function backtrack() {
  const end = performance.now() + SLOW_MS;
  for (let length = 20; performance.now() < end; length += 1) {
    /^(a+)+$/.test(`${'a'.repeat(length)}!`); // SLOW: GET /regexp
  }
}

async function queryPool() {
  await null;
  return new Promise(resolve => {
    pooled.once('data', resolve);
    pooled.write('query\n'); // SLOW: GET /pool
  });
}

async function askStock() {
  const response = await fetch(`http://127.0.0.1:${upstream.address().port}/stock`); // SLOW: GET /fetch
  return response.text();
}

const routes = {
  '/loop': () => busy(SLOW_MS),
  '/regexp': () => backtrack(),
  '/timer': async () => {
    await null;
    await promisify(setTimeout)(SLOW_MS); // SLOW: GET /timer
  },
  '/timers-promises': async () => {
    await delay(SLOW_MS); // SLOW: GET /timers-promises
  },
  '/compute-then-wait': async () => {
    busy(SLOW_MS * 0.4);
    await delay(SLOW_MS * 0.6); // SLOW: GET /compute-then-wait
  },
  '/socket': () =>
    new Promise(resolve => {
      const socket = net.connect(silent.address().port, '127.0.0.1'); // SLOW: GET /socket
      setTimeout(() => resolve(socket.destroy()), SLOW_MS).unref();
    }),
  '/http': () =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: upstream.address().port, path: '/stock?token=hush' });
      request.on('response', response => response.resume().on('end', resolve)).on('error', reject);
      request.end(); // SLOW: GET /http
    }),
  '/fetch': async () => {
    await null;
    return askStock();
  },
  '/pool': () => queryPool(),
  '/child': async () => {
    await promisify(childProcess.execFile)('sleep', [String(SLOW_MS / 1000)]); // SLOW: GET /child
  },
  '/child-sync': () => childProcess.execFileSync('sleep', [String(SLOW_MS / 1000)]), // SLOW: GET /child-sync
  '/fs': async () => {
    const pipe = `/tmp/introspector-causes-${process.pid}-${crypto.randomUUID()}`;
    childProcess.execFileSync('mkfifo', [pipe]);
    const writer = setTimeout(() => fs.writeFile(pipe, 'late', () => fs.unlink(pipe, () => {})), SLOW_MS);
    writer.unref();
    return fs.promises.readFile(pipe); // SLOW: GET /fs
  },
  '/crypto': async () => {
    await promisify(crypto.pbkdf2)('secret', 'salt', 6_000_000, 64, 'sha512'); // SLOW: GET /crypto
  },
  '/atomics': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS), // SLOW: GET /atomics
  '/lock': () =>
    new Promise(resolve => {
      lockWaiters.push(resolve);
    }),
  '/unlock': () => {
    for (const resolve of lockWaiters.splice(0)) resolve();
  },
  '/innocent': () => 'quick', // BREAK: GET /innocent
  '/short-timer': () => delay(200),
  // Its client knows that it is under way.
  '/parked': (_request, response) => {
    response.write('parked');
    return delay(PARKED_MS);
  },
  '/destroyed': (_request, response) => {
    setTimeout(() => response.destroy(), PARKED_MS);
    return new Promise(() => {});
  },
  '/lookup': () => promisify(dns.lookup)('localhost'),
  '/never': () => new Promise(() => {}),
  '/exit': () => setImmediate(() => process.exit(7)),
  '/crash': () =>
    setImmediate(() => {
      throw new Error('nobody catches this');
    }),
};

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://app');
  if (pathname === '/shutdown') {
    response.end();
    for (const each of [server, silent, late, upstream]) each.close();
    server.closeAllConnections();
    pooled.destroy();
    return;
  }
  const route = routes[pathname];
  if (route === undefined) {
    response.writeHead(404).end();
    return;
  }
  await route(request, response);
  response.end('done');
});

async function start() {
  for (const each of [silent, late, upstream]) await new Promise(resolve => each.listen(0, '127.0.0.1', resolve));
  pooled = net.connect(late.address().port, '127.0.0.1');
  await new Promise(resolve => pooled.once('data', resolve));
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
}

void start();
