/**
 * All tests: `npm test`, or some: `npm test -- unit host`. Sets up what the editor needs, ends with the sum of all parts
 * and with exit code 1 when anything failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type HostName, runInHost } from './editor/host/run';
import { ensureChromium } from './support/vscode/chromium';
import { installVsCode } from './support/vscode/install';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test/results');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

interface Sum {
  passed: number;
  failed: number;
  skipped: number;
  /** Names of those that failed, with what they said: told once more at the end, where a log is read first. */
  failures?: string[];
}

/** In the order of their cost, so that what is wrong shows early. */
const parts: Record<string, () => Promise<Sum>> = {
  unit: () => runVitest('unit'),
  window: () => runVitest('window'),
  host: () => runHost('VS Code from npm'),
  desktop: () => runHost('desktop VS Code'),
  integration: () => runVitest('integration'),
};
const needEditor = ['window', 'host'];

const vitestResult = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

async function runVitest(project: string): Promise<Sum> {
  const file = join(results, `${project}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [vitest, 'run', '--project', project, ...reporters], {
    cwd: root,
    stdio: 'inherit',
  });
  const [exitCode] = await once(child, 'exit');
  const result = vitestResult.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = result;
  // A file that does not load has no test that could fail.
  const failed = exitCode === 0 ? numFailedTests : Math.max(1, numFailedTests);
  return { passed, failed, skipped, failures: failuresIn(result) };
}

function failuresIn({ testResults }: z.infer<typeof vitestResult>): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}\n${(failureMessages ?? []).join('\n')}`),
  ]);
}

async function runHost(host: HostName): Promise<Sum> {
  console.log(`\nThe extension host of ${host}`);
  const outcome = await runInHost(host);
  if (outcome.kind === 'ran') return outcome.result;
  console.log(`Not run: ${outcome.reason}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter(name => !(name in parts));
  if (unknown.length > 0)
    throw new Error(`No such tests: ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);
  const chosen = asked.length > 0 ? asked : Object.keys(parts);
  mkdirSync(results, { recursive: true });
  if (chosen.some(name => needEditor.includes(name))) {
    await installVsCode();
    await ensureChromium();
  }
  const sums: [string, Sum][] = [];
  for (const name of chosen) sums.push([name, await runPart(name)]);
  for (const [name, { failures = [] }] of sums)
    for (const failure of failures) console.log(`\nFailed in ${name}: ${failure}`);
  const total = (key: 'passed' | 'failed' | 'skipped') => sums.reduce((sum, [, part]) => sum + part[key], 0);
  for (const [name, sum] of sums) console.log(`${name.padEnd(12)} ${sentence(sum)}`);
  console.log(sentence({ passed: total('passed'), failed: total('failed'), skipped: total('skipped') }));
  process.exit(total('failed') > 0 ? 1 : 0);
}

/** What goes wrong in one part must not hide the others. */
async function runPart(name: string): Promise<Sum> {
  try {
    return (await parts[name]?.()) ?? { passed: 0, failed: 1, skipped: 0 };
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function sentence({ passed, failed, skipped }: Omit<Sum, 'failures'>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} not run` : ''}`;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
