/** Runs a suite inside the extension host of a desktop VS Code: on a developer's machine, and where the vendor can be reached. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './childProcess';
import { withDeadline } from './deadline';
import { tryDownloadDesktop } from './desktopDownload';
import { editorEnvironment } from './editorEnvironment';
import { collectOutputTail } from './outputTail';
import { findInSearchPath } from './searchPath';
import { quietSettings } from './settings';
import { trySaveArtifacts } from './suiteArtifacts';
import { SUITE_TIMEOUT_MS, type SuiteOptions } from './suiteOptions';
import { collectSuiteOutput, type SuiteResult } from './suiteOutput';
import { createTempFolder, type TempFolder } from './tempFolder';

export interface DesktopSuiteOptions extends SuiteOptions {
  /** Such as `1.95.0` or `insiders`; `stable` by default. */
  version?: string;
  /** A VS Code that is there already, instead of a download. */
  executablePath?: string;
  /** How long to wait for the vendor's first byte: 60 s by default. */
  reachTimeoutMs?: number;
}

export type DesktopOutcome = { kind: 'ran'; result: SuiteResult } | { kind: 'unavailable'; reason: string };

/**
 * Streams the suite's output to stdout.
 * @returns what it came to, failed tests included, or why there is no VS Code to run it in
 * @throws Error when VS Code starts and the suite does not come to its end in time, or has no test that ran
 */
export async function tryRunSuiteOnDesktop(options: DesktopSuiteOptions): Promise<DesktopOutcome> {
  const launcher = screenLauncher();
  if (launcher === undefined) return { kind: 'unavailable', reason: 'There is no display and no xvfb-run.' };
  let { executablePath } = options;
  if (executablePath === undefined) {
    const download = await tryDownloadDesktop(options.version ?? 'stable', options.reachTimeoutMs);
    if (download.kind === 'unavailable') return download;
    executablePath = download.executablePath;
  }
  return { kind: 'ran', result: await runSuiteIn([...launcher, executablePath], options) };
}

/** @returns what to put before the command so that it has a screen to draw on; `undefined` when there is none */
function screenLauncher(): string[] | undefined {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return [];
  const xvfbRun = findInSearchPath(['xvfb-run']);
  return xvfbRun === undefined ? undefined : [xvfbRun, '--auto-servernum'];
}

/** Not by `runTests` of @vscode/test-electron: it has no deadline, and does not let us end what it has started. */
async function runSuiteIn(command: readonly string[], options: SuiteOptions): Promise<SuiteResult> {
  const { timeoutMs = SUITE_TIMEOUT_MS, artifactsPath } = options;
  const output = collectSuiteOutput(process.stdout);
  const folder = createTempFolder('vsc-');
  writeFileSync(
    join(folder.folder('u/User'), 'settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }),
  );
  const [program = '', ...programArguments] = [...command, ...editorArguments(folder, options)];
  const child = startChild(program, programArguments, {
    env: editorEnvironment({ ...options.env, ...output.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isGood = false;
  const outputTail = collectOutputTail(child.process);
  try {
    const end = await withDeadline(child.ended, timeoutMs, 'The suite');
    // The exit code is 1 as well when a test failed: only the result counts.
    const result = output.readResult(`VS Code ended: ${end.description}\n${outputTail()}`);
    isGood = result.failed === 0;
    return result;
  } finally {
    await child.stop();
    if (!isGood && artifactsPath !== undefined)
      await trySaveArtifacts(artifactsPath, { logsPath: join(folder.path, 'u/logs') });
    output.stop();
    folder.remove();
  }
}

/** As `runTests` gives them, and what keeps the user's own VS Code and shell out of it. */
function editorArguments(folder: TempFolder, options: SuiteOptions): string[] {
  return [
    options.folder,
    ...['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
    ...['--disable-workspace-trust', '--disable-telemetry', '--force-disable-user-env', '--password-store=basic'],
    `--user-data-dir=${join(folder.path, 'u')}`,
    `--extensions-dir=${folder.folder('e')}`,
    `--extensionDevelopmentPath=${options.extensionDevelopmentPath}`,
    `--extensionTestsPath=${options.extensionTestsPath}`,
  ];
}
