// Requests that are slow on purpose, for as long as their query says. The computing one watches its own clock: a stack
// that is taken in the middle of it shows as a gap between two readings.

const fs = require('node:fs');
const express = require('express');

/** Two readings are less than a microsecond apart; what is longer is somebody else's work: V8's, the kernel's, ours. */
const GAP_MS = 0.1;
const MAX_GAPS = 10_000;
/** Calls below the handler: the deeper a stack is, the longer it takes to tell. */
const DEPTH = 30;

const queuedSoFarMs = queueClock();

/** Gives how long this thread has waited for a core so far, in milliseconds; Linux alone tells. */
function queueClock() {
  if (process.platform !== 'linux') return () => 0;
  const file = fs.openSync('/proc/self/schedstat');
  const text = Buffer.alloc(100);
  return () => Number(text.toString('latin1', 0, fs.readSync(file, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
}

function readClock(durationMs) {
  const gaps = [];
  let queuedMs = queuedSoFarMs();
  let nowMs = performance.now();
  const endMs = nowMs + durationMs;
  while (nowMs < endMs) {
    const beforeMs = nowMs;
    nowMs = performance.now();
    if (nowMs - beforeMs < GAP_MS || gaps.length === MAX_GAPS) continue;
    const queuedBeforeMs = queuedMs;
    queuedMs = queuedSoFarMs();
    gaps.push({ lengthMs: nowMs - beforeMs, queuedMs: queuedMs - queuedBeforeMs });
  }
  return gaps;
}

function descend(depth, durationMs) {
  return depth > 0 ? descend(depth - 1, durationMs) : readClock(durationMs);
}

const app = express();
app.get('/quick', (_request, response) => response.send('ok'));
app.get('/compute', (request, response) => {
  response.json({ gaps: descend(DEPTH, Number(request.query.ms)) });
});
app.get('/wait', async (request, response) => {
  await new Promise(resolve => setTimeout(resolve, Number(request.query.ms)));
  response.json({});
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});
