// The least a server can do: here every microsecond of being watched shows. Runs on Node 18 and later.

const http = require('node:http');
const usage = require('./usage');

const server = http.createServer((request, response) => {
  response.end(request.url === '/usage' ? usage() : 'ok');
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
