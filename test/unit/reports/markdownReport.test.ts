import { expect, test } from 'vitest';
import { markdownReport } from '../../../sidecar/reports/markdownReport';
import { frame, slowRequest, target } from '../samples';

test('the report as Markdown has a heading, facts, and a block of code', () => {
  const request = slowRequest({
    url: '/orders/7?user=7',
    route: '/orders/:id',
    frames: [frame({ sourceLine: 'const rows = await query(SQL)' })],
    headers: [{ name: 'host', value: 'shop' }],
  });
  expect(markdownReport(request, target())).toBe(
    `
## Slow request: GET /orders/7?user=7

- still running after 1,204 ms (threshold 1,000 ms)
- Route /orders/:id
- Started 2026-11-23 10:41:07.120 UTC · server.js\\[4711\\] on build-3 · Node 24.21.0 · request 5
- Time so far: computing 31 ms · waiting 1,150 ms · held up by another request 23 ms

\`\`\`text
Traceback (outermost first)
    > src/orders.ts:17:22          listOrders       const rows = await query(SQL)

Headers
  host  shop
\`\`\``.trim(),
  );
});

test.each([
  ['no backtick', '```'],
  ['``', '```'],
  ['```', '````'],
  ['a ````` b ``` c', '``````'],
])('a source line with %s is fenced by %s', (sourceLine, fence) => {
  const text = markdownReport(slowRequest({ frames: [frame({ sourceLine })] }), target());
  const fences = text.split('\n').filter(line => /^`{3,}(text)?$/.test(line));
  expect(fences).toEqual([`${fence}text`, fence]);
  expect(text.endsWith(`\n${fence}`)).toBe(true);
});

test('what the client sent is text in the heading and in the facts, never markup', () => {
  const url = '/<img src=x>?q=[a](http://evil)\n\n# big `code` @team *b* &lt;';
  const [heading = '', facts = ''] = markdownReport(slowRequest({ url, route: url }), target()).split('\n\n');
  expect(heading).toContain(
    '\\<img src=x\\>?q=\\[a\\](http://evil)\\\\n\\\\n\\# big \\`code\\` &#64;team \\*b\\* \\&lt;',
  );
  expect(facts.split('\n').every(line => line.startsWith('- '))).toBe(true);
});
