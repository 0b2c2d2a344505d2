// Handlers that burn known CPU time in known functions and wait known times; each tells what it measured itself.
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs/promises');
const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

/** By request: what the app itself measured of its functions, in milliseconds of wall time that was all computing. */
const measured = new AsyncLocalStorage();

function spin(durationMs) {
  const endMs = performance.now() + durationMs;
  let x = 0;
  while (performance.now() < endMs) for (let i = 0; i < 200; i += 1) x += Math.sqrt(x + i);
  return x;
}

function timed(name, run) {
  const startMs = performance.now();
  run();
  const own = measured.getStore();
  if (own) own[name] = (own[name] ?? 0) + performance.now() - startMs;
}

function alpha(ms) {
  timed('alpha', function burnAlpha() {
    return spin(ms);
  });
}

function beta(ms) {
  timed('beta', function burnBeta() {
    return spin(ms);
  });
}

function gamma(ms) {
  timed('gamma', function burnGamma() {
    return spin(ms);
  });
}

function innocent(ms) {
  timed('innocent', function burnInnocent() {
    return spin(ms);
  });
}

/** Computes and waits in turns. */
async function mixed(own) {
  alpha(40);
  await waitShort(own);
  beta(60);
  await waitLong(own);
  for (let round = 0; round < 5; round += 1) {
    gamma(12);
    await fs.stat(__filename);
  }
}

async function waitShort(own) {
  const startMs = performance.now();
  await delay(50); // WAIT: short
  own.waitShort = performance.now() - startMs;
}

async function waitLong(own) {
  const startMs = performance.now();
  await delay(150); // WAIT: long
  own.waitLong = performance.now() - startMs;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const counts = { requests: 0 };

const routes = {
  '/mixed': async (_request, response, own) => {
    await mixed(own);
    response.end(JSON.stringify(own));
  },
  '/other': async (_request, response, own) => {
    innocent(10);
    await delay(20);
    innocent(10);
    response.end(JSON.stringify(own));
  },
  '/slow': (_request, response, own) => {
    alpha(300); // SLOW: GET /slow
    response.end(JSON.stringify(own));
  },
  '/echo': async (request, response, own) => {
    const body = await bodyOf(request);
    beta(30);
    const { method, url, headers, rawHeaders } = request;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ method, url, headers, rawHeaders, bytes: body.length, body: body.toString('latin1'), own }),
    );
  },
  '/throw': async () => {
    alpha(30);
    await delay(20);
    throw new Error('the handler threw');
  },
  '/stream': async (_request, response, own) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    for (let part = 0; part < 5; part += 1) {
      gamma(10);
      response.write(`${'x'.repeat(10_000)}\n`);
      await delay(20);
    }
    response.end(JSON.stringify(own));
  },
  '/minute': async (_request, response, own) => {
    const endMs = performance.now() + 60_000;
    while (performance.now() < endMs) {
      gamma(100);
      await delay(900);
    }
    response.end(JSON.stringify(own));
  },
  '/never': () => {
    alpha(30);
  },
  '/raw-head': (_request, response) => {
    response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain']);
    response.end('raw');
  },
  '/own-timing': (_request, response) => {
    response.setHeader('Server-Timing', 'db;dur=5');
    response.end('timed');
  },
};

const server = http.createServer((request, response) => {
  counts.requests += 1;
  const path = request.url.split('?')[0];
  if (path === '/count') return response.end(String(counts.requests)); // ROUTE: /count
  const handler = routes[path] ?? ((_request, answer) => answer.writeHead(404).end('no such route'));
  const own = {};
  return measured.run(own, async () => {
    try {
      await handler(request, response, own);
    } catch (error) {
      response.writeHead(500).end(error.message);
    }
  });
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
