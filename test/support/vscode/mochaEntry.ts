/**
 * The suite that VS Code loads into the extension host: all `*.test.js` files in the folder of this file, which is a
 * bundle by then. The same for a VS Code in Chromium and on the desktop.
 */
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Starting an extension's own processes on a loaded machine takes seconds. */
const TEST_TIMEOUT_MS = 60_000;

/**
 * Called by VS Code. The environment: VSCODE_SUITE_OUT names the file for the output, and with `.json` behind it the one
 * for the result; VSCODE_SUITE_GREP restricts the tests to those whose title it matches.
 * @throws Error when a test failed or none passed
 */
export async function run(): Promise<void> {
  const { VSCODE_SUITE_OUT: outputPath, VSCODE_SUITE_GREP: grep } = process.env;
  const mocha = new Mocha({ ui: 'bdd', color: false, reporter: 'spec', timeout: TEST_TIMEOUT_MS, grep });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  for (const file of files.sort()) if (file.endsWith('.test.js')) mocha.addFile(join(__dirname, file));
  if (outputPath !== undefined) {
    Mocha.reporters.Base.consoleLog = (...values: unknown[]) => appendFileSync(outputPath, `${format(...values)}\n`);
  }
  const { passed, failed, skipped } = await runToEnd(mocha);
  // Last of all, because its absence says that the extension host died.
  if (outputPath !== undefined) writeFileSync(`${outputPath}.json`, JSON.stringify({ passed, failed, skipped }));
  if (failed > 0 || passed === 0) throw new Error(`${failed} tests failed, ${passed} passed`);
}

function runToEnd(mocha: Mocha): Promise<{ passed: number; failed: number; skipped: number }> {
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
}
