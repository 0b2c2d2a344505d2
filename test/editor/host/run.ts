/** Runs the suite of this folder in the extension host of the VS Code from npm, and of a desktop one where it can be had. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SampleApp } from '../../support/sampleApp';
import { bundleSuite } from '../../support/vscode/bundleSuite';
import { tryRunSuiteOnDesktop } from '../../support/vscode/desktop';
import { runSuite } from '../../support/vscode/suite';
import type { SuiteResult } from '../../support/vscode/suiteOutput';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const shop = join(root, 'test/apps/shop');
const results = join(root, 'test/results');

export type HostName = 'VS Code from npm' | 'desktop VS Code';
export type HostOutcome = { kind: 'ran'; result: SuiteResult } | { kind: 'unavailable'; reason: string };

/** @throws Error when the editor starts and the suite does not come to its end */
export async function runInHost(host: HostName): Promise<HostOutcome> {
  const app = await SampleApp.start('shop/dist/server.js', { cwd: shop });
  try {
    const options = {
      folder: shop,
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleSuite(testFiles(), join(results, 'host-suite')),
      env: { SHOP_PID: String(app.pid), SHOP_PORT: String(app.port) },
      artifactsPath: join(results, `failed ${host}`),
    };
    if (host === 'desktop VS Code') return await tryRunSuiteOnDesktop(options);
    return { kind: 'ran', result: await runSuite(options) };
  } finally {
    await app.stop();
  }
}

function testFiles(): string[] {
  return readdirSync(here)
    .filter(file => file.endsWith('.test.ts'))
    .map(file => join(here, file));
}
