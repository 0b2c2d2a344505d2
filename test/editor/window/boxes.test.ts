/** What a person sees of timeboxes: a quiet hint where one fired, near misses on hover, nothing after a detach. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { SampleApp } from '../../support/sampleApp';
import { lineEnds } from '../../support/vscode/lineEnds';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/boxed');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;
const HOVER_ATTEMPT_MS = 3_000;

let server: VsCodeServer;
let window: VsCodeWindow;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('boxed/server.js', { cwd: folder });
  const settings = { 'editor.minimap.enabled': false, 'introspector.reattach': false };
  server = await startServer({ settings });
  window = await openWindow(server, {
    folder,
    openFile: join(folder, 'server.js'),
    extensionDevelopmentPath: root,
    viewport: { width: 1440, height: 860 },
  });
  window.page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

test('lines whose timeboxes fired say how often, and a near miss nothing', async () => {
  const { page } = window;
  await window.runCommand('Attach Introspector');
  const row = page.locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` });
  await row.first().click();
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` }).waitFor();
  for (const path of ['/near', '/async', '/sync', '/sync']) await app.get(path);
  const ends = await eventually('both hints', async () => {
    const found = await lineEnds(page, '◇');
    return found.length === 2 && found.some(text => text.includes('2 times')) && found;
  });
  expect(ends[0]).toMatch(/^"◇ timebox 100 ms · fired 2 times · worst [\d,]+ ms"$/);
  expect(ends[1]).toMatch(/^"◇ async timebox 100 ms · fired after [\d,]+ ms"$/);
});

test('a near miss is told on hover', async () => {
  const { page } = window;
  const line = page.locator('.view-line', { hasText: 'BOX: near' });
  const hover = page.locator('.monaco-hover', { hasText: 'near miss' }).first();
  // An editor that is still being drawn takes no notice of the pointer: it then comes again.
  await eventually('the hover', async () => {
    await page.mouse.move(700, 700);
    await line.locator('span span').first().hover();
    await hover.waitFor({ timeout: HOVER_ATTEMPT_MS });
    return true;
  });
  expect((await hover.textContent())?.replaceAll('\u00a0', ' ')).toMatch(/1 near miss: [\d,]+ of 2,000 ms\./);
  await window.screenshot(join(pictures, 'boxes-dark.png'));
});

test('nothing of it is left after a detach', async () => {
  const { page } = window;
  await window.runCommand('Detach Introspector');
  await eventually('no hints', async () => (await lineEnds(page, '◇')).length === 0);
});
