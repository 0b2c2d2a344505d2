import { describe, expect, test } from 'vitest';
import { globFits, RoutePolicy } from '../../../sidecar/agent/routePolicy';

const policy = (routes: Record<string, number | 'ignore'>) =>
  new RoutePolicy({
    thresholdMs: 1_000,
    routes: Object.entries(routes).map(([pattern, thresholdMs]) => ({ pattern, thresholdMs })),
  });

describe('a glob', () => {
  test.each([
    ['/reports/*', '/reports/', true],
    ['/reports/*', '/reports/a', true],
    ['/reports/*', '/reports/a/b', true],
    ['/reports/*', '/reports', false],
    ['/reports/*', '/old/reports/a', false],
    ['*', '', true],
    ['*', '/anything', true],
    ['*/export', '/orders/7/export', true],
    ['*/export', '/orders/7/exports', false],
    ['/a*b*c', '/a1b2c', true],
    ['/a*b*c', '/abc', true],
    ['/a*b*c', '/acb', false],
    ['/ab*ba', '/aba', false],
    ['/orders', '/orders', true],
    ['/orders', '/orders/', false],
    ['/(a+)+$', '/(a+)+$', true],
  ])('%s fits %s: %s', (glob, text, expected) => {
    expect(globFits(glob, text)).toBe(expected);
  });
});

describe('a rule', () => {
  test.each([
    ['GET /orders/:id', 'GET', 500],
    ['POST /orders/:id', 'GET', undefined],
    ['/orders/:id', 'GET', 500],
    ['/orders/:id', 'DELETE', 500],
    ['GET /orders/*', 'GET', 500],
    ['GET  /orders/7', 'GET', 500],
    ['get /orders/7', 'GET', undefined],
  ])('%s for a %s of /orders/7 says %s', (pattern, method, expected) => {
    expect(policy({ [pattern]: 500 }).ruleFor(method, '/orders/:id', '/orders/7')).toBe(expected);
  });

  test('holds before those after it', () => {
    const rules = policy({ 'GET /orders/latest': 'ignore', 'GET /orders/*': 0.5 });
    expect(rules.ruleFor('GET', '/orders/:id', '/orders/latest')).toBe('ignore');
    expect(rules.ruleFor('GET', '/orders/:id', '/orders/7')).toBe(0.5);
  });
});

test('the smallest threshold is the general one, or that of a rule below it', () => {
  expect(policy({}).smallestMs).toBe(1_000);
  expect(policy({ '/a': 5_000, '/b': 'ignore' }).smallestMs).toBe(1_000);
  expect(policy({ '/a': 5_000, '/b': 0.5 }).smallestMs).toBe(0.5);
});
