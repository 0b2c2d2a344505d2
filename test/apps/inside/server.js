// Tells what the process looks like from inside: everything an attached tool could have changed.
// Needs --expose-internals and --expose-gc.

const channels = require('node:diagnostics_channel');
const { EventEmitter } = require('node:events');
const http = require('node:http');
const inspector = require('node:inspector');
const net = require('node:net');
const { internalBinding } = require('internal/test/binding');

const CHANNELS = [
  'http.server.request.start',
  'http.server.response.finish',
  'http.client.request.start',
  'undici:request:create',
  'tracing:fastify.request.handler:start',
  'introspector.agent',
];

const ORIGINALS = new Map(
  [
    net.Socket,
    net.Server,
    http.Server,
    http.IncomingMessage,
    http.ServerResponse,
    http.ClientRequest,
    http.Agent,
    Promise,
    Function,
    RegExp,
    EventEmitter,
  ].map(({ prototype }) => [prototype, Object.getOwnPropertyDescriptors(prototype)]),
);

function isSame(prototype, original) {
  const now = Object.getOwnPropertyDescriptors(prototype);
  const names = Reflect.ownKeys(now);
  return (
    names.length === Reflect.ownKeys(original).length &&
    names.every(name => ['value', 'get', 'set'].every(part => now[name][part] === original[name]?.[part]))
  );
}

/** How many hooks of each kind (init, before, after, destroy, promiseResolve) async_hooks has to call. */
function asyncHookCounts() {
  return [...internalBinding('async_wrap').async_hook_fields].slice(0, 5);
}

function state() {
  return {
    channels: CHANNELS.filter(name => channels.hasSubscribers(name)),
    asyncHooks: asyncHookCounts(),
    patched: [...ORIGINALS]
      .filter(([prototype, original]) => !isSame(prototype, original))
      .map(([p]) => p.constructor.name),
    error: { names: Object.getOwnPropertyNames(Error), stackTraceLimit: Error.stackTraceLimit },
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    globalSymbols: Object.getOwnPropertySymbols(globalThis).map(String).sort(),
    processListeners: process
      .eventNames()
      .map(name => `${String(name)} ${process.listenerCount(name)}`)
      .sort(),
    resources: process.getActiveResourcesInfo().sort(),
    inspectorUrl: inspector.url() ?? null,
  };
}

function memory() {
  for (let round = 0; round < 4; round += 1) globalThis.gc();
  return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

/** Operations of all kinds that are hooked. */
async function work() {
  await new Promise(resolve => setTimeout(resolve, 30));
  await fetch(`http://127.0.0.1:${server.address().port}/quick`).then(response => response.text());
  await new Promise((resolve, reject) => {
    const socket = net.connect(server.address().port, '127.0.0.1', () => {
      socket.write('GET /quick HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n');
    });
    socket.on('error', reject).on('close', resolve).resume();
  });
}

const answers = { '/state': state, '/memory': memory, '/quick': () => 'quick', '/work': work };

const server = http.createServer(async (request, response) => {
  const answer = await answers[request.url]?.();
  response.setHeader('connection', 'close');
  response.end(JSON.stringify(answer ?? null));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
