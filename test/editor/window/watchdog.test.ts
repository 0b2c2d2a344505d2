/** What a person sees of a watchdog: groups, reports, what a killed app was doing. Leaves pictures of it. */
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
const shop = join(root, 'test/apps/shop');
const pictures = join(root, 'test/results/screenshots');
/** The first window after an installation is read from a cold disk. */
const DEADLINE_MS = 90_000;
/** Requests for the stock hang for a while before they are answered. */
const COUNTING_MS = 15_000;
const HUNG_MS = 3_000;
/** On a slow machine it hangs. */
const SEARCH_REPORT = /^(Slow|Hung).request:.GET.\/search/;
const CLICK_ATTEMPT_MS = 3_000;
const SLOW_SEARCH = '/search?q=mug&coupon=WELCOMEBACKTOTHETEASHOP202612!';

let server: VsCodeServer;
let window: VsCodeWindow;
let page: Page;
let app: SampleApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  app = await SampleApp.start('shop/dist/server.js', { cwd: shop, env: { COUNTING_MS: String(COUNTING_MS) } });
  const settings = {
    'editor.minimap.enabled': false,
    'introspector.slowRequest.thresholdMs': 300,
    'introspector.slowRequest.hungMs': HUNG_MS,
    'introspector.reattach': false,
  };
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
  await window.runCommand('Attach Introspector');
  await page
    .locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` })
    .first()
    .click();
  await statusItem().waitFor();
  await widenSideBar();
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await app?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('watchdog-failed');
});

test('requests that are slow for one reason are one line, which counts while they run and says when they hang', async () => {
  await app.get('/orders/7/shipping');
  await app.get(SLOW_SEARCH);
  await row('GET /search', '1 · worst').waitFor();
  const answers = ['/products/7/stock', '/products/8/stock?shop=2', '/products/9/stock'].map(path => app.get(path));
  await row('GET /products/:id/stock', '3 hung').waitFor();
  await page.locator('.statusbar-item', { hasText: '3 hung' }).waitFor();
  await page.locator('[role="tab"][aria-label*="3 slow requests are running, all of them hung"]').waitFor();
  await open(row('GET /products/:id/stock', '3 hung'));
  await row('so far', 'hung ·', '/products/8/stock').waitFor();
  await picture('groups-hung');
  await Promise.all(answers);
  await row('GET /products/:id/stock', /^GET \/products\/:id\/stock3 · worst/).waitFor();
});

test('below a request stands why it was slow, and what else is known of it', async () => {
  await open(row('/products/8/stock', '200 ·'));
  await row('stockOf').waitFor();
  await open(row('Looks'));
  await open(row('Request', 'shop=2'));
  await open(row('Query'));
  await row('shop', '2').waitFor();
  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`groups-${theme}`);
  }
});

test('requests are listed by time when that is wanted, and grouped again', async () => {
  const title = page.locator('.part.sidebar .pane-header', { hasText: 'Requests' });
  await title.hover();
  await title.locator('a[aria-label*="List Requests by Time"]').click();
  await eventually(
    'the requests themselves',
    async () => (await rows('GET /products/:id/stock', '· 200').count()) === 3,
  );
  await picture('by-time');
  await window.runCommand('Introspector: Group Requests');
  await eventually('one line for them', async () => (await rows('GET /products/:id/stock').count()) === 1);
});

test('a filter shows what fits while it is typed, until it is cleared', async () => {
  await window.runCommand('Introspector: Filter Requests…');
  const input = page.getByPlaceholder('Words in method, route, address, file or function');
  await input.fill('search isCoupon');
  await row('GET /products').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
  await page.getByText('Filter “search isCoupon”: 1 of 5 shown').waitFor();
  await row('GET /search').waitFor();
  await picture('filtered');
  await window.runCommand('Introspector: Filter Requests…');
  await input.fill('nothing like it');
  await page.getByText('none of 5 shown').waitFor();
  await page.keyboard.press('Escape');
  await row('GET /search').waitFor();
  await window.runCommand('Introspector: Clear Filter');
  await row('GET /products').waitFor();
});

test('a report opens as a document that cannot be changed, whose places are links to the lines', async () => {
  await open(row('GET /search'));
  const request = row('/search?q=mug', '200 ·');
  await request.hover();
  await request.locator('a[aria-label*="Open Report"]').click();
  await page.locator('.tab.active', { hasText: 'GET ∕search (request' }).waitFor();
  await viewLine(SEARCH_REPORT).waitFor();
  const link = page.locator('.view-line .detected-link', { hasText: 'search.ts:' }).first();
  await link.waitFor();
  await page.mouse.move(700, 700);
  await picture('report');
  await viewLine(SEARCH_REPORT).click();
  await page.keyboard.type('x');
  await page.getByText('Cannot edit in read-only editor').first().waitFor();
  await page.keyboard.press('Escape');
  await link.click({ modifiers: ['ControlOrMeta'] });
  await page.locator('.tab.active', { hasText: 'search.ts' }).waitFor();
});

test('what was seen can be cleared away, and what comes then is counted anew', async () => {
  await window.runCommand('Introspector: Clear Requests');
  await row('GET /products').waitFor({ state: 'detached' });
  await app.get(SLOW_SEARCH);
  await row('GET /search', '1 · worst').waitFor();
});

test('the variables of the next request that blocks are read on demand', async () => {
  await window.runCommand('Introspector: Capture Variables of the Next Blocked Request');
  await app.get(SLOW_SEARCH);
  await row('GET /search', '2 · worst').waitFor();
  await open(row('GET /search', '2 · worst'));
  await eventually('its end', async () => (await rows('/search?q=mug', '200 ·').count()) === 2);
  await open(row('/search?q=mug', '200 ·'));
  await open(row('Variables', 'in a pause of'));
  await open(row(/^isCoupon$/));
  await row('code', '[redacted]').waitFor();
  await open(row(/^search\.ts:\d+$/));
  await row('coupon', '"WELCOMEBACKTOTHETEASHOP202612!"').waitFor();
  for (const theme of ['light', 'highContrast', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`variables-${theme}`);
  }
});

test('an app that is killed leaves a report of what it was doing, and a message that offers it', async () => {
  const stock = app.open('/products/7/stock');
  await row('GET /products/:id/stock', '1 running').waitFor();
  const search = app.open(SLOW_SEARCH);
  await row('GET /search', '1 running').waitFor();
  app.signal('SIGKILL');
  for (const { answer } of [stock, search]) await answer.catch(() => {});
  await page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]: gone` }).waitFor();
  // The server under test shows no toasts, only the bell.
  await page.locator('[id="status.notifications"]').click();
  const message = page.locator('.notifications-center .notification-list-item', { hasText: 'Requests were in flight' });
  await message.waitFor();
  await picture('dead-target');
  await message.getByText('Open Last Report').click();
  await page.locator('.tab.active', { hasText: `server.js [${app.pid}]: last report` }).waitFor();
  await viewLine('This is what it was doing').waitFor();
  await page.locator('.view-line .detected-link', { hasText: 'stock.ts:' }).first().waitFor();
  await page.keyboard.press('Escape');
  await picture('last-report');
});

test('the journal of an app of before shows its requests as history, until it is closed', async () => {
  await window.runCommand('Detach Introspector');
  await page.getByText('Nothing is watched').waitFor();
  await window.runCommand('Introspector: Open Journal…');
  const journal = page.locator('.quick-input-widget .monaco-list-row', { hasText: `pid ${app.pid}` }).first();
  await journal.waitFor();
  await picture('journals');
  await journal.click();
  const node = row(`server.js [${app.pid}]`);
  await node.waitFor();
  await row('GET /products/:id/stock').waitFor();
  await picture('history');
  await open(row('GET /search'));
  const request = row('/search?q=mug');
  await request.hover();
  await request.locator('a[aria-label*="Open Report"]').click();
  await viewLine(SEARCH_REPORT).waitFor();
  await node.hover();
  await node.locator('a[aria-label*="Close Journal"]').click();
  await page.getByText('Nothing is watched').waitFor();
  expect(await rows('GET /search').count()).toBe(0);
});

function statusItem(): Locator {
  return page.locator('.statusbar-item', { hasText: `server.js [${app.pid}]` });
}

function rows(...texts: (string | RegExp)[]): Locator {
  const all = page.locator('.pane-body .monaco-list-row');
  return texts.reduce<Locator>((found, hasText) => found.filter({ hasText }), all);
}

function row(...texts: (string | RegExp)[]): Locator {
  return rows(...texts).first();
}

function viewLine(text: string | RegExp): Locator {
  return page.locator('.view-line', { hasText: text }).first();
}

/** A row may move while it is clicked on, and another one is opened then. */
async function open(closed: Locator): Promise<void> {
  await eventually('a row to open', async () => {
    const isOpen = async () => (await closed.getAttribute('aria-expanded')) === 'true';
    if (!(await isOpen())) await closed.locator('.monaco-tl-twistie').click({ timeout: CLICK_ATTEMPT_MS });
    return isOpen();
  });
}

/** So that pictures show what a person would make room for. */
async function widenSideBar(): Promise<void> {
  const sash = page.locator('.monaco-sash.vertical').first();
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('there is no side bar');
  const [x, y] = [box.x + box.width, box.y + box.height / 2];
  await sash.waitFor({ state: 'attached' });
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 220, y, { steps: 5 });
  await page.mouse.up();
}

async function picture(name: string): Promise<void> {
  await window.screenshot(join(pictures, `${name}.png`));
}
