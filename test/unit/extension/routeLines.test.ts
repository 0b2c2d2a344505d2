import { describe, expect, test } from 'vitest';
import { routeLines } from '../../../extension/profiles/routeLines';

describe('routes that a source file registers', () => {
  test.each([
    ["app.get('/orders/:id', handler);", 'GET /orders/:id'],
    ['app.post("/orders", async (request, response) => {', 'POST /orders'],
    ['fastify.put(`/orders/:id`, options, handler)', 'PUT /orders/:id'],
    ["router.delete('/orders/:id', handler)", 'DELETE **/orders/:id'],
    ["ordersRouter\n  .patch('/:id', handler)", 'PATCH **/:id'],
    ["app.all('/health', handler)", '/health'],
    ["app.route('/orders').get(list).post(create)", '/orders'],
    ["fastify.route({\n  method: 'GET',\n  url: '/orders',\n  handler,\n})", 'GET /orders'],
    ["if (request.url === '/report') {", '/report'],
    ["if (pathname == '/report')", '/report'],
  ])('%s', (source, route) => {
    expect(routeLines(`// first line\n${source}\n`)).toEqual([{ line: 1, route }]);
  });

  test.each([
    "cache.get('/orders')",
    "axios.post('/orders', body)",
    "app.get('view engine')",
    "app.use('/orders', router)",
    "new Map().get('/a')",
    "if (request.url === '') {",
  ])('are not found in %s', source => {
    expect(routeLines(source)).toEqual([]);
  });

  test('are told once a line, from top to bottom', () => {
    const source = "app.get('/b', f);\n\napp.get('/a', f); app.post('/a', f); app.get('/a', f);\n";
    expect(routeLines(source)).toEqual([
      { line: 0, route: 'GET /b' },
      { line: 2, route: 'GET /a' },
      { line: 2, route: 'POST /a' },
    ]);
  });

  test('are looked for in files of up to a million characters', () => {
    const route = "app.get('/a', f);";
    expect(routeLines(route.padEnd(1_000_000))).toHaveLength(1);
    expect(routeLines(route.padEnd(1_000_001))).toEqual([]);
  });
});
