import { describe, expect, test } from 'vitest';
import { routeFits } from '../../../sidecar/agent/profileTrigger';

describe('a route whose next request is to be profiled', () => {
  test.each([
    ['', 'GET', '/anything'],
    ['GET ', 'GET', '/anything'],
    ['/orders', 'POST', '/orders'],
    ['GET /orders', 'GET', '/orders'],
    ['GET /orders/:id', 'GET', '/orders/7'],
    ['GET /orders/:id/items', 'GET', '/orders/7/items'],
    ['GET /orders/*', 'GET', '/orders/7/items'],
    ['GET /orders/*', 'GET', '/orders/'],
    ['GET /*/items', 'GET', '/7/items'],
    ['GET /', 'GET', '/'],
    ['GET **/orders/:id', 'GET', '/api/v1/orders/7'],
    ['GET **/orders', 'GET', '/orders'],
  ])('"%s" is %s %s', (wanted, method, path) => {
    expect(routeFits(wanted, method, path)).toBe(true);
  });

  test.each([
    ['GET /orders', 'POST', '/orders'],
    ['GET /orders', 'GET', '/orders/7'],
    ['GET /orders/:id', 'GET', '/orders'],
    ['GET /orders/:id', 'GET', '/orders/'],
    ['GET /orders/:id', 'GET', '/orders/7/items'],
    ['GET /orders/*', 'GET', '/order'],
    ['GET /', 'GET', '/orders'],
    ['get /orders', 'GET', '/orders'],
    ['GET **/orders', 'GET', '/api/orders/7'],
    ['GET **/api/orders', 'GET', '/orders'],
  ])('"%s" is not %s %s', (wanted, method, path) => {
    expect(routeFits(wanted, method, path)).toBe(false);
  });
});
