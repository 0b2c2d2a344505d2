// Limits what it does by timeboxes: some fire, one comes near to it, in requests and out of them.
const { channel } = require('node:diagnostics_channel');
const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');
const { timebox } = require('../../../dist/timebox/timebox.js');

const SLOW_MS = 1_500;
let backgroundWork;
let stormLeft = 0;
let ticks = 0;
const parked = [];

function spin(durationMs) {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

function swallow(run) {
  try {
    return run();
  } catch (error) {
    return error.name;
  }
}

function renderPage() {
  return swallow(() => timebox(100, () => spin(60_000))); // BOX: sync
}

const endless = signal => delay(60_000, undefined, { signal });

async function fetchPrices() {
  const priced = timebox(100, box => endless(box.signal)); // BOX: async
  return priced.catch(error => error.name);
}

function summarise() {
  return timebox(2_000, () => spin(1_700)); // BOX: near
}

function cleanUp() {
  return swallow(() => timebox(50, () => spin(60_000))); // BOX: background
}

const routes = {
  '/sync': async () => {
    const name = renderPage();
    await delay(SLOW_MS);
    return name;
  },
  '/many': async () => {
    for (let i = 0; i < 12; i += 1) await fetchPrices();
    return 'many';
  },
  '/parked': async () => {
    const name = await timebox(60_000, box => endless(box.signal)).catch(error => error.name);
    parked.push(name);
    return name;
  },
  '/parked-so-far': () => parked.join(),
  '/async': () => fetchPrices(),
  '/near': () => String(summarise()),
  '/background': () => {
    backgroundWork = cleanUp;
    return 'later';
  },
  '/storm': () => {
    stormLeft = 60;
    return 'storm';
  },
  '/strange': () => {
    const strange = channel('introspector.timebox');
    const numbers = { budgetMs: 1, elapsedMs: 2, overrunMs: 1 };
    for (const message of [
      undefined,
      'fired',
      { kind: 'fired' },
      { kind: 'fired', ...numbers, budgetMs: Number.NaN },
    ]) {
      strange.publish(message);
    }
    const throwing = Object.defineProperty({}, 'stack', {
      get() {
        throw new Error('no stack');
      },
    });
    strange.publish({ kind: 'fired', isAsync: false, ...numbers, at: throwing });
    return 'published';
  },
  '/subscribers': () => String(channel('introspector.timebox').hasSubscribers),
};

// Not in the async context of any request.
setInterval(() => {
  const work = backgroundWork;
  backgroundWork = undefined;
  work?.();
  ticks += 1;
  // Now and then: without a pause of some seconds Node 20 would run nothing for the inspector.
  if (stormLeft > 0 && ticks % 4 === 0) {
    stormLeft -= 1;
    cleanUp();
  }
}, 50);

const server = http.createServer(async (request, response) => {
  const handler = routes[request.url.split('?')[0]];
  if (handler === undefined) response.writeHead(404).end();
  else response.end(await handler());
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
