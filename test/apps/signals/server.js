// Has a use of its own for SIGUSR1, the signal that opens the inspector of other apps.

const http = require('node:http');

let signals = 0;
process.on('SIGUSR1', () => {
  signals += 1;
  if (process.env.ON_SIGUSR1 === 'exit') process.exit(0);
});

const server = http.createServer((_request, response) => response.end(String(signals)));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
