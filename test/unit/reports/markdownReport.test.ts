import { expect, test } from 'vitest';
import { markdownReport } from '../../../sidecar/reports/markdownReport';
import { frame, slowRequest, target } from '../samples';

test('a report in Markdown is a heading and the text as code', () => {
  const text = markdownReport(slowRequest({ route: '/orders/:id' }), target());
  expect(text).toMatch(
    /^### Slow request: GET \/orders\/:id, still running after 1,204 ms\n\n```text\nSlow request: GET/,
  );
  expect(text).toMatch(/\n```\n$/);
});

test('nothing of the app ends the code or becomes Markdown', () => {
  const hostile = slowRequest({
    route: '/[a](http://evil)<b>`*_',
    url: '/````',
    frames: [frame({ sourceLine: '``` # heading' })],
  });
  const text = markdownReport(hostile, target());
  expect(text).toMatch(/^### Slow request: GET \/\\\[a\\\]\\\(http:\/\/evil\\\)\\<b\\>\\`\\\*\\_,/);
  expect(text).toMatch(/\n`````text\n[\s\S]*\n`````\n$/);
});
