/** What a watchdog shows in the editor: groups, a report as a document, and what a killed app was doing. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { SampleApp } from '../../support/sampleApp';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/watchdog');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;

let server: VsCodeServer;
let window: VsCodeWindow;
let page: Page;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('watchdog/server.js', { cwd: folder });
  const settings = {
    'editor.minimap.enabled': false,
    'introspector.slowRequest.thresholdMs': 300,
    'introspector.slowRequest.hungMs': 4_000,
    'introspector.reattach': false,
  };
  server = await startServer({ settings });
  window = await openWindow(server, {
    folder,
    extensionDevelopmentPath: root,
    openFile: join(folder, 'server.js'),
    viewport: { width: 1440, height: 860 },
  });
  page = window.page;
  page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
  await window.runCommand('Attach Introspector');
  await page
    .locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` })
    .first()
    .click();
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` }).waitFor();
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('watchdog-failed');
});

test('requests that are slow for one reason are one group, in every theme', async () => {
  await Promise.all([
    ...['/slow', '/slow', '/slow', '/stream'].map(path => app.get(path)),
    app.get('/busy?order=4711'),
  ]);
  await row('GET /slow', /^.*3 · worst/).waitFor();
  await row('GET /busy', /1 · worst/).waitFor();
  await row('GET /slow').locator('.monaco-tl-twistie').click();
  await eventually('its requests', async () => (await rows('· 200 ·').count()) === 3);
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`groups-${theme}`);
  }
});

test('a filter leaves those that contain it, until it is cleared', async () => {
  await window.runCommand('Introspector: Filter Requests…');
  await page.getByPlaceholder('Part of a method, route, function or file').fill('stream');
  await row('GET /busy').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.getByText('Only what contains "stream"').waitFor();
  await row('GET /stream').waitFor();
  await window.runCommand('Introspector: Clear Filter');
  await row('GET /busy').waitFor();
});

test('a report opens as a document whose places are links', async () => {
  await row('GET /slow').locator('.monaco-tl-twistie').click();
  const request = rows('GET /slow', '· 200 ·').first();
  await request.hover();
  await request.locator('a[aria-label^="Open Report"]').click();
  await page.locator('.tab.active', { hasText: 'GET ∕slow' }).waitFor();
  await page.locator('.view-line', { hasText: 'Slow request: GET /slow' }).waitFor();
  await page.locator('.view-line .detected-link', { hasText: 'server.js:' }).first().waitFor();
  await picture('report');
  await page.locator('.view-line', { hasText: 'Slow request: GET /slow' }).click();
  await page.keyboard.type('x');
  await page.getByRole('paragraph').getByText('Cannot edit in read-only editor').waitFor();
});

test('the variables of the next blocked request are read on demand, in every theme', async () => {
  await window.runCommand('Introspector: List Requests by Time');
  await window.runCommand('Introspector: Capture Variables of the Next Blocked Request');
  await app.get('/busy?order=4712');
  await eventually('the new request on top', async () => (await rows('GET /busy', '· 200 ·').count()) === 2);
  await rows('GET /busy', '· 200 ·').first().locator('.monaco-tl-twistie').click();
  await row('Variables', 'in a pause of').locator('.monaco-tl-twistie').click();
  await row('busy', /server\.js:\d+$/)
    .locator('.monaco-tl-twistie')
    .click();
  await row('customer', '"customer of 4712"').waitFor();
  await row('password', '[redacted]').waitFor();
  for (const theme of ['light', 'highContrast', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`variables-${theme}`);
  }
});

test('a killed app leaves a report of what it was doing', async () => {
  const requests = [app.open('/slow'), app.open('/busy?order=1')];
  await row('so far').waitFor();
  app.signal('SIGKILL');
  for (const { answer } of requests) await answer.catch(() => {});
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]: gone` }).waitFor();
  await window.runCommand('Introspector: Open Last Report');
  await page.locator('.view-line', { hasText: 'This is what it was doing.' }).waitFor();
  await picture('last-report');
});

function rows(...texts: (string | RegExp)[]): Locator {
  const all = page.locator('.pane-body .monaco-list-row');
  return texts.reduce<Locator>((found, hasText) => found.filter({ hasText }), all);
}

function row(...texts: (string | RegExp)[]): Locator {
  return rows(...texts).first();
}

async function picture(name: string): Promise<void> {
  await window.screenshot(join(pictures, `${name}.png`));
}
