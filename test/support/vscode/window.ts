/** A VS Code window for tests that look and click: a page of headless Chromium on a VS Code server. */
import type { Locator, Page } from 'playwright-core';
import { type Browser, launchBrowser, type Viewport } from './browser';
import { type ColorThemeName, colorThemes } from './colorThemes';
import type { WhatToOpen } from './pageAddress';
import type { VsCodeServer } from './server';

/** While a window starts it takes no keys, and what opens in it takes the focus from the palette, which then closes. */
const PALETTE_ATTEMPT_MS = 5_000;
/** A command is there when its extension has been found: 1 s after the window's start, 30 s on a badly overloaded machine. */
const PALETTE_TIMEOUT_MS = 120_000;

export interface WindowOptions extends WhatToOpen {
  viewport?: Viewport;
}

/** @returns when the workbench can be seen; extensions may still be starting */
export async function openWindow(server: VsCodeServer, options: WindowOptions): Promise<VsCodeWindow> {
  const { viewport, ...what } = options;
  const browser = await launchBrowser(viewport);
  try {
    await browser.page.goto(server.addressOf(what));
    await browser.page.locator('.monaco-workbench .part.statusbar').waitFor();
    return new VsCodeWindow(browser);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

export class VsCodeWindow {
  /** For everything that has no method here. */
  readonly page: Page;
  private readonly quickInput: Locator;

  constructor(private readonly browser: Browser) {
    this.page = browser.page;
    this.quickInput = this.page.locator('.quick-input-widget');
  }

  /**
   * Runs a command from the palette, as soon as it is there. What it does has only begun when this returns.
   * @param title as the palette shows it, with its category: "View: Toggle Terminal"
   */
  async runCommand(title: string): Promise<void> {
    await untilItWorks(async () => {
      await this.page.keyboard.press('F1');
      await this.pick('Type the name of a command to run', title, `>${title}`);
    });
  }

  /** Changes the theme with its picker, and waits until the window shows it. */
  async setColorTheme(name: ColorThemeName): Promise<void> {
    const { label, className } = colorThemes[name];
    await untilItWorks(async () => {
      await this.runCommand('Preferences: Color Theme');
      await this.pick('Select Color Theme', label);
    });
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }

  /**
   * Chooses from the quick pick that is open, or is about to open.
   * @param placeholder a part of what its empty input says
   * @param label of the row
   * @param filter what to type, if it is not the label
   */
  async pick(placeholder: string, label: string, filter = label): Promise<void> {
    const options = { timeout: PALETTE_ATTEMPT_MS };
    await this.quickInput.getByPlaceholder(placeholder).fill(filter, options);
    const row = this.quickInput.locator('.monaco-list-row', { has: this.page.getByText(label, { exact: true }) });
    await row.first().click(options);
  }

  /** @param path of the PNG file to write */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** @throws what `attempt` rejects with last, when time is up */
async function untilItWorks(attempt: () => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + PALETTE_TIMEOUT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}
