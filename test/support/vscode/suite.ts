/** Runs a suite inside the extension host of a VS Code in Chromium: the twin of `runTests` of @vscode/test-electron. */
import type { Page } from 'playwright-core';
import { type Browser, launchBrowser } from './browser';
import { withDeadline } from './deadline';
import { startServer, type VsCodeServer } from './server';
import { trySaveArtifacts } from './suiteArtifacts';
import { SUITE_TIMEOUT_MS, type SuiteOptions } from './suiteOptions';
import { collectSuiteOutput, type SuiteResult } from './suiteOutput';

/**
 * Streams the suite's output to stdout.
 * @returns what it came to, failed tests included
 * @throws Error when the suite does not come to its end in time, or has no test that ran
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { settings, env, timeoutMs = SUITE_TIMEOUT_MS, artifactsPath, ...what } = options;
  const output = collectSuiteOutput(process.stdout);
  let server: VsCodeServer | undefined;
  let browser: Browser | undefined;
  let isGood = false;
  try {
    server = await startServer({ settings, env: { ...env, ...output.env } });
    browser = await launchBrowser();
    const suiteEnd = Promise.race([untilSuiteEnds(browser.page, server.addressOf(what)), failAtEndOf(server)]);
    await withDeadline(suiteEnd, timeoutMs, 'The suite');
    // The workbench reports the exit code 0 even when the extension host died: only the result counts.
    const result = output.readResult();
    isGood = result.failed === 0;
    return result;
  } finally {
    if (!isGood && artifactsPath !== undefined) {
      await trySaveArtifacts(artifactsPath, { logsPath: server?.logsPath, page: browser?.page });
    }
    await browser?.close();
    await server?.stop();
    output.stop();
  }
}

/** The workbench calls `codeAutomationExit` of its page when the extension host has ended. */
async function untilSuiteEnds(page: Page, address: string): Promise<void> {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    page.once('crash', () => reject(new Error('The page crashed.')));
  });
  await page.exposeFunction('codeAutomationExit', () => end());
  await Promise.all([page.goto(address), ended]);
}

async function failAtEndOf(server: VsCodeServer): Promise<never> {
  throw new Error(`The VS Code server ended: ${await server.ended}`);
}
