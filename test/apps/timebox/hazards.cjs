// Interrupts boxes where Node.js has pushed async ids, in every kind of callback, and tells whether all went on as
// before. `node hazards.cjs [hooks] [plain] [alive]`: with a hook of async_hooks; without boxes, by node:vm alone; asking
// for no more than that the process lives.
const assert = require('node:assert/strict');
const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');
const { createServer, get } = require('node:http');
const vm = require('node:vm');
const { timebox } = require('introspector/timebox');

if (process.argv.includes('hooks')) createHook({ init() {}, before() {}, after() {}, destroy() {} }).enable();

const store = new AsyncLocalStorage();
const scope = new AsyncResource('test');

globalThis.endless = () => scope.runInAsyncScope(() => store.run('within', () => scope.runInAsyncScope(spin)));

function spin() {
  for (;;);
}

function interrupt() {
  if (process.argv.includes('plain')) {
    try {
      vm.runInThisContext('endless()', { timeout: 20 });
    } catch {
      // As meant.
    }
    return;
  }
  assert.throws(() => timebox(20, globalThis.endless), { name: 'TimeboxError' });
  // The same scope, once open already: its id alone would not tell which of the two is to stay.
  scope.runInAsyncScope(() => assert.throws(() => timebox(20, globalThis.endless), { name: 'TimeboxError' }));
  assert.throws(() => timebox(20, () => timebox(5_000, globalThis.endless)), { name: 'TimeboxError' });
}

function check() {
  store.run('before', () => {
    const before = [executionAsyncId(), triggerAsyncId()];
    interrupt();
    if (process.argv.includes('alive')) return;
    assert.deepEqual([executionAsyncId(), triggerAsyncId()], before);
    assert.equal(store.getStore(), 'before');
  });
}

/** @param {(done: () => void) => void} start calls back in the callback to be tried */
function inCallback(start) {
  return new Promise((resolve, reject) => {
    start(() => {
      try {
        check();
        setTimeout(resolve, 1);
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function overHttp() {
  const server = createServer((_request, response) => {
    check();
    response.end('served');
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  for (let round = 0; round < 3; round += 1) {
    const text = await new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: server.address().port, agent: false };
      get(options, response => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
    });
    assert.equal(text, 'served');
  }
  server.close();
}

async function main() {
  const warnings = [];
  process.on('warning', warning => warnings.push(String(warning)));
  check();
  await inCallback(done => setTimeout(done, 1));
  await inCallback(done => setImmediate(done));
  await inCallback(done => process.nextTick(done));
  await inCallback(done => queueMicrotask(done));
  await inCallback(done => Promise.resolve().then(done));
  await inCallback(done => require('node:fs').stat(__filename, done));
  await overHttp();
  assert.deepEqual(warnings, []);
  console.log('went on');
}

void main();
