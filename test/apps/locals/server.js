// Requests that hold the event loop with something worth reading in their variables. Runs on Node 18 and later.

const crypto = require('node:crypto');
const http = require('node:http');
const vm = require('node:vm');

const BUSY_MS = Number(process.env.BUSY_MS ?? 1200);

/** Code of the app that ran although nobody called it: must stay empty. */
const intrusions = [];

function hold(durationMs) {
  const end = performance.now() + durationMs;
  let rounds = 0;
  while (performance.now() < end) rounds += 1;
  return rounds;
}

class Order {
  constructor(id) {
    this.id = id;
    this.lines = [{ sku: 'a-1', prices: { net: { amount: 5, currency: { code: 'EUR', name: 'Euro' } } } }];
  }
}

function ordinary(orderId, query) {
  const order = new Order(orderId);
  const customer = `customer of ${orderId}`;
  const sizes = new Map([['small', 1]]);
  const many = Array.from({ length: 25 }, (_, index) => index);
  const long = 'x'.repeat(5000);
  const rounds = hold(BUSY_MS); // SLOW: GET /ordinary
  return [order, customer, sizes, many, long, query, rounds].length;
}

function trap(name) {
  return () => {
    intrusions.push(name);
    throw new Error(name);
  };
}

function hostile() {
  const traps = Object.fromEntries(['get', 'ownKeys', 'getPrototypeOf', 'has'].map(name => [name, trap(name)]));
  const proxy = new Proxy({}, { ...traps, getOwnPropertyDescriptor: trap('getOwnPropertyDescriptor') });
  const child = Object.create(proxy);
  child.own = 1;
  const getters = Object.defineProperty({ plain: 1 }, 'trapped', { enumerable: true, get: trap('getter') });
  const methods = { toString: trap('toString'), toJSON: trap('toJSON'), [Symbol.toPrimitive]: trap('toPrimitive') };
  const inspected = { [Symbol.for('nodejs.util.inspect.custom')]: trap('inspect') };
  const typed = Object.defineProperty(new Uint8Array(4), 'byteLength', { get: trap('byteLength') });
  const list = Object.defineProperty([1, 2, 3], 1, { enumerable: true, get: trap('item') });
  class Collection extends Map {
    forEach = trap('forEach');
    get size() {
      return trap('size')();
    }
  }
  const collection = new Collection([['a', 1]]);
  const circle = {};
  circle.self = circle;
  const huge = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]));
  hold(BUSY_MS);
  return [proxy, child, getters, methods, inspected, typed, list, collection, circle, huge].length;
}

function deep(calls) {
  return calls === 0 ? hold(BUSY_MS) : 1 + deep(calls - 1);
}

function pattern(text) {
  return /^(?:a+)+$/.test(text); // SLOW: GET /pattern
}

/** Hears what the inspector has to say between two calls only, and each takes seconds. */
function native() {
  let length = 0;
  for (let call = 0; call < 3; call += 1) length += crypto.pbkdf2Sync('a', 'b', 6_000_000, 64, 'sha512').length;
  return length;
}

const sandbox = vm.createContext({ hold, BUSY_MS });
vm.runInContext(
  'function inside(from) { const elsewhere = from; hold(BUSY_MS); return elsewhere; }',
  sandbox,
  `${__dirname}/inside.js`,
);

function paused() {
  // Stands here for ever if somebody has left a debugger on.
  // biome-ignore lint/suspicious/noDebugger: it is what this is about.
  debugger;
  return 'went on';
}

const routes = {
  '/ordinary': ({ query }) => ordinary(query.get('order'), query),
  '/hostile': hostile,
  '/deep': ({ query }) => deep(Number(query.get('calls'))),
  '/pattern': () => pattern(`${'a'.repeat(27)}!`),
  '/native': native,
  '/context': () => sandbox.inside('another context'),
  '/paused': paused,
  '/short': () => hold(5),
  '/intrusions': () => JSON.stringify(intrusions),
};

const server = http.createServer((request, response) => {
  const { pathname, searchParams: query } = new URL(request.url, 'http://app');
  response.end(String(routes[pathname]?.({ query }) ?? 'done'));
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
