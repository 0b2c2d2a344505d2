import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logLine } from '../../../sidecar/delivery/appLogChannel';
import { FolderChannel, fileNameOf } from '../../../sidecar/delivery/folderChannel';
import { JsonLinesChannel } from '../../../sidecar/delivery/jsonLinesChannel';
import { slackBody } from '../../../sidecar/delivery/webhookChannel';
import { subjectOf } from '../../../sidecar/delivery/wording';
import { slowRequest } from '../samples';
import { delivery } from './deliveryOf';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'introspector-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a group has one file, the newest report on top under its headline', async () => {
  const channel = new FolderChannel(folder);
  await channel.deliver(delivery({ text: 'Slow request: first\nold' }));
  await channel.deliver(delivery({ text: 'Slow request: second\nnew' }));
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^GET-orders-[0-9a-f]{10}\.txt$/)]);
  const text = await readFile(join(folder, names[0] ?? ''), 'utf8');
  expect(text).toMatch(
    /^Slow request: second\nSeen once · first .* · worst 1,204 ms\nnew\n\n=+\nSlow request: first\n/,
  );
});

test.each(['/../../etc/passwd', '/a\0b\n', '/%2e%2e/', `/${'x'.repeat(5_000)}`, '/ä/日本', '', '..\\..\\x'])(
  'no route leads out of the folder: %j',
  route => {
    expect(fileNameOf(slowRequest({ route }), 'g1')).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,60}-[0-9a-f]{10}\.txt$/);
  },
);

test('a file of JSON lines that is full makes room, and the one before it is kept', async () => {
  const file = join(folder, 'lines.jsonl');
  await new JsonLinesChannel(file).deliver(delivery());
  const { size } = await stat(file);
  const twoLines = new JsonLinesChannel(file, 2 * size);
  for (let count = 0; count < 3; count += 1) await twoLines.deliver(delivery());
  expect([(await stat(`${file}.1`)).size, (await stat(file)).size]).toEqual([2 * size, 2 * size]);
  await twoLines.deliver(delivery());
  expect([(await stat(`${file}.1`)).size, (await stat(file)).size]).toEqual([2 * size, size]);
});

test("a line of the app's log is one line of logfmt, whatever the route is", () => {
  expect(logLine(delivery())).toMatch(/^level=warn msg="slow request" method=GET route=\/orders duration_ms=1204 /);
  const line = logLine(delivery({ kind: 'hung', slowRequest: slowRequest({ route: '/a "b"=c\nlevel=info' }) }));
  expect(line).toContain('msg="hung request" method=GET route="/a \\"b\\"=c\\nlevel=info" ');
  expect(line).not.toContain('\n');
});

test('a body for Slack holds no markup of the request and no block longer than Slack takes', () => {
  const body = slackBody(
    delivery({ slowRequest: slowRequest({ route: '/<!channel>&' }), text: `\`\`\`<@all>&${'<'.repeat(5_000)}` }),
  );
  const text = JSON.stringify(body);
  expect(text).toContain('/&lt;!channel&gt;&amp;');
  expect(text).not.toMatch(/[<>]/);
  for (const block of body.blocks as { text: { text: string } }[])
    expect(block.text.text.length).toBeLessThanOrEqual(3_000);
});

test('a subject names the request and how long it took', () => {
  expect(subjectOf(slowRequest())).toBe('Slow request: GET /orders (1,204 ms)');
  expect(subjectOf(slowRequest({ level: 'hung' }))).toBe('Hung request: GET /orders (1,204 ms)');
});
