const { setTimeout: delay } = require('node:timers/promises');
const fastify = require('fastify');

const app = fastify();
app.register(
  async users => {
    users.get('/:id/orders/:order', async () => {
      await delay(600);
      return 'order';
    });
  },
  { prefix: '/users' },
);
app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' }).then(() => {
  console.log(`listening on ${app.server.address().port}`);
});
