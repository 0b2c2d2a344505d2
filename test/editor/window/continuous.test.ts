/** What a person sees of the continuous profile: quiet hints on the lines that computed lately. Leaves pictures of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { SampleApp } from '../../support/sampleApp';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { lineEnds } from '../../support/vscode/lineEnds';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/profiled');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;

let server: VsCodeServer;
let window: VsCodeWindow;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('profiled/server.js', { cwd: folder });
  const settings = {
    'editor.minimap.enabled': false,
    'introspector.reattach': false,
    'introspector.continuousProfile': true,
    'introspector.slowRequest.thresholdMs': 200,
  };
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

test('lines that computed lately carry their time, with no request profiled', async () => {
  const { page } = window;
  await window.runCommand('Attach Introspector');
  const row = page.locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` });
  await row.first().click();
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` }).waitFor();
  await app.get('/slow');
  const [hottest] = await eventually('quiet hints', async () => {
    const quiet = await lineEnds(page, '◇');
    return quiet.length > 0 && quiet;
  });
  expect(hottest).toMatch(/^"◇ [\d,]+ ms self · \d+ % of the last \d+ s"$/);
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await window.screenshot(join(pictures, `continuous-${theme}.png`));
  }
});

test('a request that was slow unasked opens no flame graph by itself, and its own when it is wanted', async () => {
  const { page } = window;
  await window.runCommand('Introspector: Focus on Profiles View');
  await rowOf('Profiles').filter({ hasText: 'computing' }).waitFor();
  expect(await page.locator('.tab', { hasText: 'GET /slow' }).count()).toBe(0);
  await window.runCommand('Introspector: Focus on Requests View');
  await rowOf('Requests').filter({ hasText: 'GET /slow' }).locator('.monaco-tl-twistie').click();
  await page.locator('.monaco-list-row[aria-level="2"]').first().click({ button: 'right' });
  await window.screenshot(join(pictures, 'continuous-menu-dark.png'));
  await page.locator('.monaco-menu .action-label', { hasText: 'Open Flame Graph' }).click();
  await page.locator('.tab.active', { hasText: 'GET /slow' }).waitFor();
  const flame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await flame.frameLocator('iframe[title="Flame graph"]').locator('canvas').first().waitFor();
  for (const theme of ['light', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await window.screenshot(join(pictures, `continuous-cut-${theme}.png`));
  }
});

function rowOf(view: 'Profiles' | 'Requests'): Locator {
  return window.page.locator(`.pane:has(.pane-header[aria-label^="${view}"]) .monaco-list-row`);
}
