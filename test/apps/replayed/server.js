// An app that is copied: it notes who serves what, starts a helper that hides from it, and calls itself.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');

const { PORT, NOTES, FAIL_IN_COPY, SOCKET } = process.env;
const isCopy = process.env.INTROSPECTOR_REPLAY !== undefined;

if (isCopy && FAIL_IN_COPY) {
  console.error('the licence allows one instance');
  process.exit(3);
}
if (isCopy) {
  // In a session of its own, and with none of the app's variables; it outlives the app.
  const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, env: {} });
  fs.appendFileSync(NOTES, `helper ${helper.pid}\n`);
}

function spin(durationMs) {
  const endMs = performance.now() + durationMs;
  let x = 0;
  while (performance.now() < endMs) {
    for (let i = 0; i < 10_000; i += 1) x += Math.sqrt(x + i); // SLOW: GET /slow
  }
  return x;
}

function forEver() {
  for (;;) spin(10);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = http.createServer(async (request, response) => {
  const body = await bodyOf(request);
  const headers = JSON.stringify(request.headers);
  fs.appendFileSync(NOTES, `${process.pid} ${request.method} ${request.url} ${headers} ${body}\n`);
  const path = request.url.split('?')[0];
  if (path === '/slow') spin(200);
  if (path === '/for-ever') forEver();
  if (path === '/die') process.exit(7);
  if (path === '/self') await (await fetch(`http://localhost:${PORT}/called`)).text();
  response.end('done');
});

server.listen(Number(PORT), '127.0.0.1', () => {
  if (SOCKET) http.createServer().listen(SOCKET);
  if (isCopy) fs.appendFileSync(NOTES, `port ${server.address().port}\n`);
  console.log(`listening on ${server.address().port}`);
});
