// 10,000 boxes of every kind: prints how many threads and bytes there are more after them than before.
const { readdirSync } = require('node:fs');
const { timebox } = require('introspector/timebox');

const BOXES = 10_000;

const threads = () => (process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0);

function heapBytes() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function useBoxes(times) {
  for (let round = 0; round < times / 10; round += 1) {
    timebox(60_000, box => {
      box.defer(() => {});
      for (let inner = 0; inner < 4; inner += 1) timebox(90_000, () => inner);
    });
    await timebox(60_000, async ({ signal }) => Promise.all([signal, timebox(90_000, async () => {})]));
    for (const end of [1, 2, 3]) await timebox(60_000, async () => end);
  }
}

async function main() {
  await useBoxes(1_000);
  const before = { threads: threads(), heapBytes: heapBytes() };
  await useBoxes(BOXES);
  // A thread that has ended may take a moment to go.
  await new Promise(resolve => setTimeout(resolve, 50));
  console.log(JSON.stringify({ threads: threads() - before.threads, heapBytes: heapBytes() - before.heapBytes }));
}

void main();
