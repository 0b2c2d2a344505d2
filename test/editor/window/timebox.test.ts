/** What a person sees of *Timebox this call…*: the menu, the question, the code afterwards. Leaves pictures of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import type { ColorThemeName } from '../../support/vscode/colorThemes';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { createTempFolder, type TempFolder } from '../../support/vscode/tempFolder';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;
/** A menu that is opened before the extension has started shows what the others offer. */
const MENU_ATTEMPT_MS = 3_000;

interface Selection {
  /** Line and column. */
  from: string;
  /** Pressed with Shift from there on. */
  keys: string[];
}
const CALL: Selection = { from: '4:16', keys: ['End', 'ArrowLeft'] };
const TRY: Selection = { from: '10:3', keys: ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'End'] };

const BEFORE = `import { lock, render } from './pages.js';

export function page(orders) {
  const html = render(orders, 'table');
  return html;
}

export function guarded(orders) {
  const key = lock();
  try {
    return render(orders, 'list');
  } finally {
    key.free();
  }
}
`;
const BOXED = BEFORE.replace(
  "import { lock, render } from './pages.js';",
  "import { lock, render } from './pages.js';\nimport { timebox } from 'introspector/timebox';",
).replace("render(orders, 'table')", "timebox(250, () => render(orders, 'table'))");

let server: VsCodeServer;
let window: VsCodeWindow;
let folder: TempFolder;
let file: string;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  folder = createTempFolder('timebox-');
  file = join(folder.path, 'page.js');
  writeFileSync(file, BEFORE);
  server = await startServer({ settings: { 'editor.minimap.enabled': false } });
  window = await openWindow(server, {
    folder: folder.path,
    openFile: file,
    extensionDevelopmentPath: root,
    viewport: { width: 1180, height: 640 },
  });
  window.page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  folder?.remove();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await picture('timebox-failed');
});

test('a selected call gets a box, the import and the budget that the person gives', async () => {
  const row = await openMenu('Timebox this call…', CALL);
  await picture('timebox-menu-dark');
  await row.click();
  await answer('0');
  await quickInput().getByText('A number of milliseconds above 0, such as 1000.').waitFor();
  await picture('timebox-refused-dark');
  await answer('250');
  await window.page.keyboard.press('Enter');
  await hasText(BOXED);
  await bothThemes('timebox-done');
});

test('one undo takes all of it back', async () => {
  await window.page.locator('.monaco-editor .view-lines').first().click();
  await window.page.keyboard.press('ControlOrMeta+z');
  await hasText(BEFORE);
});

test('a finally that would not run when the time is up can become box.defer', async () => {
  await window.setColorTheme('light');
  const row = await openMenu('Timebox this call, with finally as box.defer…', TRY);
  await picture('timebox-menu-light');
  await row.click();
  await answer('1000');
  await window.page.keyboard.press('Enter');
  await hasText(
    BEFORE.replace(/ {2}try[\s\S]*$/, '')
      .replace("pages.js';", "pages.js';\nimport { timebox } from 'introspector/timebox';")
      .concat(
        '  return timebox(1000, box => {\n    box.defer(() => {\n      key.free();\n    });\n',
        "    return render(orders, 'list');\n  });\n}\n",
      ),
  );
  await window.page.keyboard.press('ControlOrMeta+z');
  await hasText(BEFORE);
});

test('kept, it comes with a warning', async () => {
  await (await openMenu('Timebox this call…', TRY)).click();
  await answer('1000');
  await window.page.keyboard.press('Enter');
  await told('finally in this box does not run when its time is up');
  await picture('timebox-warning-light');
});

test('what cannot be boxed says why', async () => {
  await select({ from: '4:16', keys: ['ArrowDown'] });
  await window.runCommand('Introspector: Timebox this Call…');
  await told('The selection begins or ends in the middle of an expression or a statement.');
});

function quickInput(): Locator {
  return window.page.locator('.quick-input-widget');
}

async function select({ from, keys }: Selection): Promise<void> {
  await goTo(from);
  for (const key of keys) await window.page.keyboard.press(`Shift+${key}`);
}

async function goTo(position: string): Promise<void> {
  await window.page.keyboard.press('Control+g');
  await quickInput().locator('input').fill(`:${position}`);
  await window.page.keyboard.press('Enter');
  await quickInput().waitFor({ state: 'hidden' });
}

/** @returns the entry of the menu of code actions, on that selection */
async function openMenu(title: string, selection: Selection): Promise<Locator> {
  const row = window.page.locator('.action-widget .monaco-list-row', { hasText: title });
  return eventually(`“${title}” in the menu`, async () => {
    await select(selection);
    await window.page.locator('.statusbar-item', { hasText: 'selected)' }).waitFor();
    await window.page.keyboard.press('ControlOrMeta+.');
    const isThere = await row
      .first()
      .waitFor({ timeout: MENU_ATTEMPT_MS })
      .then(
        () => true,
        () => false,
      );
    if (!isThere) await window.page.keyboard.press('Escape');
    return isThere && row.first();
  });
}

/** In the centre of notifications: toasts are off in tests. */
async function told(text: string): Promise<void> {
  const bell = window.page.locator('[id="status.notifications"]');
  const message = window.page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
  await eventually(text, async () => {
    if (await message.isVisible()) return true;
    await bell.click();
    return message.isVisible();
  });
}

async function answer(text: string): Promise<void> {
  await quickInput().getByText('Budget in milliseconds').or(quickInput().getByText('A number of')).first().waitFor();
  await quickInput().locator('input').fill(text);
}

/** As it is on disk, once it is saved. */
async function hasText(expected: string): Promise<void> {
  let found = '';
  await eventually('the text in the file', async () => {
    await window.page.keyboard.press('ControlOrMeta+s');
    found = readFileSync(file, 'utf8');
    return found === expected;
  }).catch(() => expect(found).toBe(expected));
}

async function picture(name: string): Promise<void> {
  await window.screenshot(join(pictures, `${name}.png`));
}

async function bothThemes(name: string): Promise<void> {
  for (const theme of ['light', 'dark'] satisfies ColorThemeName[]) {
    await window.setColorTheme(theme);
    await picture(`${name}-${theme}`);
  }
}
