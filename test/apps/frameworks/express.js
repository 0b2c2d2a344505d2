// Express 4 or 5, by EXPRESS=express4|express: a route in a router, a regular expression, a body parser.

const { setTimeout: delay } = require('node:timers/promises');
const express = require(process.env.EXPRESS ?? 'express');

const app = express();
const users = express.Router();
users.get('/:id/orders/:order', async (_request, response) => {
  await delay(600);
  response.send('order');
});
app.use('/users', users);
app.get(/^\/files\/(.+)$/, (_request, response) => {
  delay(600).then(() => response.send('file'));
});
app.post('/orders', express.json(), (request, response) => {
  delay(600).then(() => response.json(request.body));
});
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});
