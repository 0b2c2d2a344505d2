/** The main job as a person does it, by keyboard and mouse; leaves pictures of what that person sees. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import { markedLine } from '../../support/marks';
import { SampleApp } from '../../support/sampleApp';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const shop = join(root, 'test/apps/shop');
const pictures = join(root, 'test/results/screenshots');
/** The first window after an installation is read from a cold disk. */
const DEADLINE_MS = 90_000;
/** Long enough for a busy machine to show a request while it waits. */
const COUNTING_MS = 5_000;
const HOVER_ATTEMPT_MS = 3_000;
const SLOW_SEARCH = '/search?q=mug&coupon=WELCOMEBACKTOTHETEASHOP202612!';

let server: VsCodeServer;
let window: VsCodeWindow;
let page: Page;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('shop/dist/server.js', { cwd: shop, env: { COUNTING_MS: String(COUNTING_MS) } });
  const settings = { 'editor.minimap.enabled': false, 'introspector.slowRequest.thresholdMs': 500 };
  server = await startServer({ settings });
  window = await openWindow(server, {
    folder: shop,
    extensionDevelopmentPath: root,
    openFile: join(shop, 'search.ts'),
    viewport: { width: 1440, height: 860 },
  });
  page = window.page;
  page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('failed');
});

test('the picker shows the running app of this workspace first, and choosing it attaches', async () => {
  await window.runCommand('Attach Introspector');
  const row = pickerRow(`pid ${app.pid}`);
  await row.waitFor();
  expect(await row.textContent()).toContain(`port ${app.port}`);
  await pickerRow('other processes').waitFor();
  const rows = await page.locator('.quick-input-widget .monaco-list-row').allTextContents();
  expect(rows.findIndex(text => text.includes(`pid ${app.pid} `))).toBeLessThan(
    rows.findIndex(text => text.endsWith('other processes')),
  );
  await row.click();
  await statusItem().waitFor();
  // Each request for itself; watchdog.test.ts looks at groups.
  await window.runCommand('Introspector: List Requests by Time');
  await page.getByText('Watching, but no request has come in since').waitFor();
  await picture('attached');
});

test('a slow request shows while it runs, with a hint on its guilty line', async () => {
  const { isOver, answer } = inBackground(app.get(SLOW_SEARCH));
  await treeRow('GET /search', 'so far').waitFor();
  await hint(/blocking · regexp · GET \/search/);
  expect(isOver()).toBe(false);
  await treeRow('GET /search').locator('.monaco-tl-twistie').click();
  await treeRow('isCoupon').waitFor();
  await picture('running');
  await answer;
  await treeRow('GET /search', '· 200 ·').waitFor();
  await picture('answered');
  const guilty = page.locator('.view-line', { hasText: 'SLOW: GET /search' });
  expect(Math.abs((await hint(/regexp/)).top - (await topOf(guilty)))).toBeLessThan(5);
});

test('hints show in files opened later, in the colour of what the request did', async () => {
  const answer = app.get('/products/7/stock');
  await treeRow('GET /products/:id/stock', 'so far').waitFor();
  await treeRow('GET /search').locator('.monaco-tl-twistie').click();
  await treeRow('GET /products/:id/stock').locator('.monaco-tl-twistie').click();
  await page.getByText(/^Waiting for GET http:/).waitFor();
  await treeRow('stockOf').waitFor();
  await answer;
  // While it runs, a row may move away from under the pointer.
  await treeRow('GET /products/:id/stock', '· 200 ·').waitFor();
  await treeRow('stockOf').click();
  await page.locator('.tab.active', { hasText: 'stock.ts' }).waitFor();
  await hint(/waiting · http · GET \/products\/:id\/stock/);
  await eventually('the cursor to stand on the guilty line', async () => {
    const line = markedLine(join(shop, 'stock.ts'), 'SLOW: GET /products/:id/stock');
    return (await page.locator('.statusbar-item', { hasText: /^Ln / }).textContent())?.startsWith(`Ln ${line},`);
  });
});

test('hint, picker and hover look right in every theme, and the hover tells the story', async () => {
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await page.locator('.tab', { hasText: 'search.ts' }).click();
    await hint(/regexp/);
    await picture(`hint-${theme}`);
    await window.runCommand('Attach Introspector');
    await pickerRow(`pid ${app.pid}`).waitFor();
    // Else the pointer's tooltip covers the title.
    await page.mouse.move(700, 700);
    await picture(`picker-${theme}`);
    await page.keyboard.press('Escape');
    await page.locator('.tab', { hasText: 'stock.ts' }).click();
    await hint(/waiting · http/);
    const hover = await hoverOf(page.locator('.view-line', { hasText: 'SLOW: GET /products/:id/stock' }));
    expect(await hover.textContent()).toMatch(/Seen once.*Waiting for GET http:.*Copy Report/s);
    await picture(`hover-${theme}`);
    await page.keyboard.press('Escape');
  }
});

test('a hint moves with its line and leaves it when the line is changed', async () => {
  const first = page.locator('.view-line').first();
  await first.click();
  await page.keyboard.press('Control+Home');
  const { top } = await hint(/waiting · http/);
  await page.keyboard.type('\n\n');
  await eventually('the hint to move two lines down', async () => (await hint(/waiting · http/)).top > top + 20);
  await page.locator('.view-line', { hasText: 'SLOW: GET /products/:id/stock' }).click();
  await page.keyboard.press('Home');
  await page.keyboard.type('x');
  await noHint();
  await page.keyboard.press('Control+z');
  await hint(/waiting · http/);
});

test('clearing takes the hints away until they are seen again', async () => {
  await window.runCommand('Introspector: Clear Hints');
  await noHint();
  await app.get('/products/7/stock');
  await hint(/waiting · http/);
});

test('an address at which nothing listens is answered by a sentence that says what to do', async () => {
  await window.runCommand('Attach Introspector');
  await page.getByPlaceholder('Choose a running app').fill('host:port');
  await pickerRow('Enter host:port').click();
  await page.getByText('Address of the inspector, as Node.js prints it').waitFor();
  await page.locator('.quick-input-widget input[type=text]').fill('127.0.0.1:1');
  await page.keyboard.press('Enter');
  // It is checked first: who looks elsewhere meanwhile has not entered it.
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  // The server under test shows no toasts, only the bell.
  await page.locator('[id="status.notifications"]').click();
  const message = page.locator('.notifications-center .notification-list-item', { hasText: '127.0.0.1:1' });
  await message.waitFor();
  await picture('error');
  expect(await message.textContent()).toMatch(/Nothing answers on 127\.0\.0\.1:1/);
  await statusItem().waitFor();
  await page.keyboard.press('Escape');
});

test('detaching removes every trace', async () => {
  await window.runCommand('Detach Introspector');
  await statusItem().waitFor({ state: 'detached' });
  await noHint();
  await page.getByText('Nothing is watched').waitFor();
  await picture('detached');
  expect(await app.get('/')).toMatchObject({ status: 200 });
  expect(app.stderr).toContain('Debugger ending on');
});

function pickerRow(text: string): Locator {
  return page.locator('.quick-input-widget .monaco-list-row', { hasText: text }).first();
}

function statusItem(): Locator {
  return page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` });
}

function treeRow(...texts: string[]): Locator {
  const rows = page.locator('.pane-body .monaco-list-row');
  return texts.reduce((found, hasText) => found.filter({ hasText }), rows).first();
}

/** An editor that is still being drawn takes no notice of the pointer: it then comes again. */
async function hoverOf(line: Locator): Promise<Locator> {
  const hover = page.locator('.monaco-hover', { hasText: 'Show Request' });
  await eventually('the hover', async () => {
    await page.mouse.move(700, 700);
    await line.locator('span span').first().hover();
    await hover.waitFor({ timeout: HOVER_ATTEMPT_MS });
    return true;
  });
  return hover;
}

interface PaintedHint {
  text: string;
  top: number;
}

const READ_HINTS = `[...document.querySelectorAll('.view-line span[class*="ced-"]')].map(element => ({
  text: getComputedStyle(element, '::after').content,
  top: element.getBoundingClientRect().top,
}))`;

/** Hints are painted by CSS, which no locator sees. @returns those on screen, from top to bottom */
async function hints(): Promise<PaintedHint[]> {
  const painted = await page.evaluate<PaintedHint[]>(READ_HINTS);
  return painted.filter(({ text }) => text.includes('●')).sort((a, b) => a.top - b.top);
}

function hint(text: RegExp): Promise<PaintedHint> {
  return eventually(`a hint like ${text}`, async () => (await hints()).find(painted => text.test(painted.text)));
}

async function noHint(): Promise<void> {
  await eventually('all hints to go', async () => (await hints()).length === 0);
}

async function topOf(locator: Locator): Promise<number> {
  const box = await locator.first().boundingBox();
  if (box === null) throw new Error('it is not to be seen');
  return box.y;
}

function inBackground(answer: Promise<unknown>) {
  let isOver = false;
  const noted = answer.then(() => {
    isOver = true;
  });
  return { answer: noted, isOver: () => isOver };
}

async function picture(name: string): Promise<void> {
  await window.screenshot(join(pictures, `${name}.png`));
}
