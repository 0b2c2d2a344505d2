// Requests that are meant to last, beside one that is not.

const http = require('node:http');

/** How long each route takes. */
const SLOW_MS = Number(process.env.SLOW_MS ?? 900);

const heads = {
  '/events': response => response.writeHead(200, { 'Content-Type': 'text/event-stream' }),
  '/switch': response => response.writeHead(101, { Connection: 'Upgrade', Upgrade: 'own' }),
};

/** Past the response, as `ws` does it when a handler calls it. */
function takeOver({ socket }) {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n');
  setTimeout(() => socket.end(), SLOW_MS);
}

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://app');
  if (pathname === '/taken-over') return takeOver(request);
  heads[pathname]?.(response).flushHeaders();
  setTimeout(() => response.end('done'), SLOW_MS); // SLOW: GET /reports/:id
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
