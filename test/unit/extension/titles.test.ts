import { expect, test } from 'vitest';
import { lastReportTitle, reportTitle } from '../../../extension/reports/titles';

const titleOf = (route: string) => reportTitle({ method: 'GET', route, requestNumber: 5 });

test('the tab of a report names the request, with nothing in it that parts a path', () => {
  expect(titleOf('/orders/:id')).toBe('GET ∕orders∕:id (request 5)');
  expect(lastReportTitle({ name: 'server.js', pid: 4_711 })).toBe('server.js [4711]: last report');
});

test.each([
  ['a line break', '/a\nb'],
  ['a sign that turns the reading direction', '/a\u202eb'],
  ['half a character', '/a\ud800b'],
  ['a backslash', '/..\\..\\b'],
])('%s in a route is harmless in it', (_what, route) => {
  const title = titleOf(route);
  expect(title).not.toMatch(/[\n\u202e\\/]/);
  expect(() => encodeURIComponent(title)).not.toThrow();
});

test('a route of 60 characters is shown whole, a longer one cut', () => {
  const route = (length: number) => '/'.padEnd(length, 'a');
  expect(titleOf(route(60))).not.toContain('…');
  expect(titleOf(route(61))).toContain('…');
});
