const http = require('node:http');

/** Reads the body by events, the way that leaves the request's async context from Node 24 on. */
const server = http.createServer((request, response) => {
  let length = 0;
  request.on('data', chunk => {
    length += chunk.length;
  });
  request.on('end', () => {
    setTimeout(() => response.end(String(length)), 600); // SLOW: POST /body
  });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
