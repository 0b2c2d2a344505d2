/** What a person sees of stopping a request that hangs: the button, the question, what has happened. Leaves pictures of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { SampleApp } from '../../support/sampleApp';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/stopped');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;
const ATTEMPT_MS = 5_000;

let server: VsCodeServer;
let window: VsCodeWindow;
let page: Page;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('stopped/server.js', { cwd: folder, env: { WAIT_MS: '60000' } });
  server = await startServer({ settings: { 'editor.minimap.enabled': false, 'introspector.reattach': false } });
  window = await openWindow(server, {
    folder,
    openFile: join(folder, 'server.js'),
    extensionDevelopmentPath: root,
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
  await window.runCommand('Introspector: List Requests by Time');
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(join(pictures, 'interrupt-failed.png'));
});

test('a request that hangs is interrupted after a question, and the view says what was cut off', async () => {
  const stuck = app.get('/try');
  await row('GET /try').waitFor();
  await choose('GET /try', 'Interrupt Request…', 'Interrupt GET /try?');
  await window.screenshot(join(pictures, 'interrupt-question.png'));
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Interrupt' }).click();
  expect(await stuck).toMatchObject({ status: 503 });
  await row('GET /try').filter({ hasText: 'interrupted' }).waitFor();
  await row('GET /try').locator('.monaco-tl-twistie').click();
  await row('Interrupted by you').locator('.monaco-tl-twistie').click();
  await row('catch and finally did not run').waitFor();
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await window.screenshot(join(pictures, `interrupt-${theme}.png`));
  }
  await page.locator('[id="status.notifications"]').click();
  const told = page.locator('.notification-list-item', { hasText: 'GET /try was interrupted by you' });
  await told.waitFor();
  await window.screenshot(join(pictures, 'interrupt-told.png'));
  await told.locator('.monaco-button', { hasText: 'Open Report' }).click();
  await page.locator('.view-line', { hasText: 'Interrupted request:' }).waitFor();
  await window.screenshot(join(pictures, 'interrupt-report.png'));
});

test('a request that only waits is answered instead, and interrupting it says so', async () => {
  const waiting = app.get('/waits');
  await row('GET /waits').waitFor();
  await choose('GET /waits', 'Interrupt Request…', 'Interrupt GET /waits?');
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Interrupt' }).click();
  await page.locator('[id="status.notifications"]').click();
  await page.locator('.notification-list-item', { hasText: 'can be answered instead: End Response' }).waitFor();
  await window.screenshot(join(pictures, 'interrupt-refused.png'));
  await choose('GET /waits', 'End Response…', 'End the response of GET /waits?');
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'End Response' }).click();
  expect(await waiting).toMatchObject({ status: 503 });
  await row('GET /waits').filter({ hasText: 'ended' }).waitFor();
});

/** By its menu, again when the tree has redrawn itself under the pointer. */
async function choose(request: string, command: string, question: string): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box', { hasText: question });
  await eventually(
    question,
    async () => {
      await page.keyboard.press('Escape');
      await row(request).click({ button: 'right', timeout: ATTEMPT_MS });
      await page.locator('.monaco-menu .action-label', { hasText: command }).click({ timeout: ATTEMPT_MS });
      await dialog.waitFor({ timeout: ATTEMPT_MS });
      return true;
    },
    DEADLINE_MS,
  );
}

function row(text: string): Locator {
  return page.locator('.pane:has(.pane-header[aria-label^="Requests"]) .monaco-list-row', { hasText: text }).first();
}
