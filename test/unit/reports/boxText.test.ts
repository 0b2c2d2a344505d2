import { expect, test } from 'vitest';
import type { FiredBox } from '../../../sidecar/protocol/boxValues';
import { boxLines, siteLine } from '../../../sidecar/reports/boxText';
import { markdownReport } from '../../../sidecar/reports/markdownReport';
import { slowRequestReport } from '../../../sidecar/reports/slowRequestReport';
import { boxSite, frame, slowRequest, target } from '../samples';

const DIRECTORY = '/srv/shop';
const box = (changes: Partial<FiredBox> = {}): FiredBox => ({
  isAsync: false,
  budgetMs: 200,
  elapsedMs: 212,
  overrunMs: 12,
  frames: [
    frame(),
    frame({ functionName: 'run', file: '/srv/shop/node_modules/router/index.js', origin: 'package' }),
    frame({ functionName: 'handler', file: '/srv/shop/src/server.ts', line: 41 }),
  ],
  ...changes,
});

test('each box that fired is told with its place and the callers that are the user’s own', () => {
  const fired = [box(), box({ isAsync: true, elapsedMs: 200.2, overrunMs: 0.2, frames: [] })];
  expect(boxLines({ fired, leftOut: 3 }, DIRECTORY)).toEqual([
    'Timeboxes',
    '  200 ms box fired after 212 ms (12 ms over) at src/orders.ts:17 listOrders',
    '    called from src/server.ts:41 handler',
    '  200 ms asynchronous box fired after 200 ms',
    '  and 3 more',
  ]);
});

test('both reports tell of them, and of none when none fired', () => {
  const boxes = { fired: [box()], leftOut: 0 };
  const line = '  200 ms box fired after 212 ms (12 ms over) at src/orders.ts:17 listOrders';
  for (const report of [slowRequestReport, markdownReport]) {
    expect(report(slowRequest({ boxes }), target())).toContain(`\nTimeboxes\n${line}\n`);
    expect(report(slowRequest(), target())).not.toContain('Timeboxes');
  }
});

test('a place tells how often its boxes fired, and the worst of them', () => {
  expect(siteLine(boxSite(), DIRECTORY)).toBe(
    'Timebox of 200 ms at src/orders.ts:17 listOrders fired after 201 ms (1 ms over)',
  );
  const worstFired = { budgetMs: 200, elapsedMs: 1_412, overrunMs: 1_212 };
  expect(siteLine(boxSite({ fired: 3, isAsync: true, worstFired }), DIRECTORY)).toBe(
    'Asynchronous timebox of 200 ms at src/orders.ts:17 listOrders fired 3 times, at worst after 1,412 ms (1,212 ms over)',
  );
  const spent = { budgetMs: 0, elapsedMs: 0, overrunMs: 0 };
  expect(siteLine(boxSite({ budgetMs: 0, worstFired: spent }), DIRECTORY)).toBe(
    'Timebox with a spent quota at src/orders.ts:17 listOrders fired after 0 ms',
  );
});
