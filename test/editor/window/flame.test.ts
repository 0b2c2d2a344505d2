/** What a person sees of a profiled request: its flame graph, the line of a frame, the list. Leaves pictures of it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { markedLine } from '../../support/marks';
import { distinctColours } from '../../support/pixels';
import { SampleApp } from '../../support/sampleApp';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { lineEnds } from '../../support/vscode/lineEnds';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/profiled');
const file = join(folder, 'server.js');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;

let server: VsCodeServer;
let window: VsCodeWindow;
let page: Page;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('profiled/server.js', { cwd: folder });
  server = await startServer({ settings: { 'editor.minimap.enabled': false, 'introspector.reattach': false } });
  window = await openWindow(server, {
    folder,
    extensionDevelopmentPath: root,
    viewport: { width: 1440, height: 860 },
  });
  page = window.page;
  page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
  await attach();
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('flame-failed');
});

test('the flame graph of the next request of a route opens by itself when that has ended', async () => {
  await window.runCommand('Introspector: Profile Next Request…');
  await window.pick('', 'Another route…', '');
  await page.locator('.quick-input-widget input').fill('GET /mixed');
  await page.keyboard.press('Enter');
  await isAwaited('GET /mixed');
  await app.get('/other');
  const sentMs = performance.now();
  await app.get('/mixed');
  await page.locator('.tab.active', { hasText: 'GET /mixed' }).waitFor();
  await canvas().waitFor();
  await eventually('a graph in many colours', async () => (await colours()) > 10);
  console.log(`request sent to flame graph on screen: ${Math.round(performance.now() - sentMs)} ms`);
  await flame()
    .getByText(/computing \d+ ms · waiting \d+ ms · held up \d+ ms/)
    .waitFor();
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`flame-${theme}`);
  }
});

test('a frame that is selected offers its source, which opens on the line', async () => {
  await selectFrame('waitLong');
  await flame().locator('#selected', { hasText: 'waitLong  server.js:' }).waitFor();
  await picture('flame-selected');
  await flame().getByRole('button', { name: 'Reveal in Editor' }).click();
  await page.locator('.tab.active', { hasText: 'server.js' }).waitFor();
  await eventually('the cursor in the function', async () => (await cursorLine()) !== undefined);
  const wait = markedLine(file, 'WAIT: long');
  const line = (await cursorLine()) ?? 0;
  expect(Math.abs(line - wait)).toBeLessThanOrEqual(2);
  await picture('flame-revealed');
});

test('lines that computed carry their share while the profile is open', async () => {
  await page.keyboard.press('ControlOrMeta+Home');
  const hints = await eventually('hints', async () => {
    const found = await lineEnds(page, '◆');
    return found.length > 0 && found;
  });
  await picture('flame-lines');
  for (const hint of hints) expect(hint).toMatch(/^"◆ [\d.]+ ms self · \d+ % of GET \/mixed"$/);
  // Where V8 has put the loop into its callers, it is they who have the time.
  const sumMs = hints.reduce((sum, hint) => sum + Number(/[\d.]+/.exec(hint)?.[0]), 0);
  expect(sumMs).toBeGreaterThan(80);
});

test('the table says the same, by keyboard alone', async () => {
  await page.locator('.tab', { hasText: 'GET /mixed' }).click();
  await flame().getByRole('tab', { name: 'Flame Graph' }).focus();
  await page.keyboard.press('ArrowRight');
  const table = flame().getByRole('table');
  await table.getByText('waiting: timer of 150 ms').waitFor();
  await picture('flame-table');
  await table.getByRole('columnheader', { name: 'Function or wait' }).getByRole('button').focus();
  await page.keyboard.press('Enter');
  await table.locator('th[aria-sort="ascending"]', { hasText: 'Function or wait' }).waitFor();
  await table.locator('tbody tr', { hasText: 'burnBeta' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active', { hasText: 'server.js' }).waitFor();
  expect(readFileSync(file, 'utf8').split('\n')[((await cursorLine()) ?? 0) - 1]).toContain('burnBeta');
});

test('the line that registers a route offers to profile it, and two profiles of it are compared', async () => {
  const registered = page.locator('.codelens-decoration a', { hasText: 'Profile next request' });
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input').fill(`:${markedLine(file, 'ROUTE: /count')}`);
  await page.keyboard.press('Enter');
  await registered.first().click();
  await isAwaited('/count');
  await app.get('/count');
  await page.locator('.tab.active', { hasText: 'GET /count' }).waitFor();
  await window.runCommand('Introspector: Focus on Profiles View');
  await profileRow('GET /count').waitFor();
  await window.runCommand('Introspector: Compare Profile…');
  await window.pick('', 'GET /count');
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'GET /mixed' }).click();
  await page.locator('.view-line', { hasText: 'Own time by function, the largest change first' }).first().waitFor();
  await picture('flame-compared');
});

test('a profile that was taken by its link is in the list, also after the window was reloaded', async () => {
  await window.runCommand('Introspector: Copy Profile Link');
  await page.locator('.statusbar-item', { hasText: 'Parameter copied' }).waitFor();
  await profileRow('GET /mixed').waitFor();
  await page.reload();
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await page.locator('.tab', { hasText: 'GET /mixed' }).click();
  await canvas().waitFor();
  await eventually('the graph again', async () => (await colours()) > 10);
  await window.runCommand('Introspector: Focus on Profiles View');
  await profileRow('GET /mixed').waitFor();
  await picture('flame-list');
  await profileRow('GET /mixed').hover();
  await profileRow('GET /mixed').locator('a[aria-label*="Delete Profile"]').click();
  await profileRow('GET /mixed').waitFor({ state: 'detached' });
});

test('a request is replayed in a copy of its app, which itself receives nothing', async () => {
  const requestsOfApp = async () => Number((await app.get('/count')).body);
  const before = await requestsOfApp();
  await window.runCommand('View: Close All Editors');
  await attach();
  await window.runCommand('Introspector: Replay and Profile in a Copy…');
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'GET /count' }).waitFor();
  await picture('replay-choice');
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'GET /count' }).click();
  await page.locator('.tab.active', { hasText: 'GET /count' }).waitFor();
  await eventually('a graph of the copy', async () => (await colours()) > 10);
  await page.locator('[id="status.notifications"]').click();
  await page
    .locator('.notification-list-item', { hasText: /GET \/count was answered 200 after \d+ ms by a copy/ })
    .waitFor();
  await picture('replay-done');
  await page.keyboard.press('Escape');
  expect(await requestsOfApp()).toBe(before + 1);
});

async function attach(): Promise<void> {
  await window.runCommand('Attach Introspector');
  await page
    .locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` })
    .first()
    .click();
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` }).waitFor();
}

function flame(): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

function graph(): FrameLocator {
  return flame().frameLocator('iframe[title="Flame graph"]');
}

/** The large one, of the flame graph itself. */
function canvas(): Locator {
  return graph().locator('canvas').last();
}

async function colours(): Promise<number> {
  return distinctColours(await canvas().screenshot());
}

/** By speedscope's own search, as one would; its name is a label on a canvas, which cannot be clicked on by name. */
async function selectFrame(name: string): Promise<void> {
  await canvas().click({ position: { x: 300, y: 300 } });
  await page.keyboard.press('ControlOrMeta+f');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
}

/** The server under test shows no toasts, only the bell. */
async function isAwaited(route: string): Promise<void> {
  await page.locator('[id="status.notifications"]').click();
  await page.locator('.notification-list-item', { hasText: `Waiting for the next ${route} of server.js` }).waitFor();
  await page.keyboard.press('Escape');
}

function profileRow(text: string): Locator {
  return page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
}

async function cursorLine(): Promise<number | undefined> {
  const text = await page
    .locator('.statusbar-item', { hasText: /^Ln \d+, Col \d+/ })
    .first()
    .textContent();
  const line = /Ln (?<line>\d+)/.exec(text ?? '')?.groups?.line;
  return line === undefined ? undefined : Number(line);
}

async function picture(name: string): Promise<void> {
  await window.screenshot(join(pictures, `${name}.png`));
}
