const { setTimeout: delay } = require('node:timers/promises');
const Koa = require('koa');
const Router = require('@koa/router');

const router = new Router({ prefix: '/users' });
router.get('/:id/orders/:order', async context => {
  await delay(600);
  context.body = 'order';
});
const server = new Koa().use(router.routes()).listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${server.address().port}`);
});
