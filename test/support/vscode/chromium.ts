/** Finds the browser that is the window of the VS Code under test. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { runProgram } from './runProgram';
import { findInSearchPath } from './searchPath';

/** Debian's own name first. Playwright drives all of them, but wants a full path. */
const NAMES = ['chromium', 'google-chrome-stable', 'google-chrome'];

/** Some 100 MB, and their installation. */
const APT_TIMEOUT_MS = 10 * 60_000;

/**
 * @param log told what is being done, when something is
 * @returns the path in the environment variable CHROMIUM, or of a Chromium in the search path. On Debian, as root, it is
 * installed when there is none.
 * @throws Error that says what to install
 */
export async function ensureChromium(log: (line: string) => void = console.error): Promise<string> {
  const { CHROMIUM } = process.env;
  if (CHROMIUM) {
    if (!existsSync(CHROMIUM)) throw new Error(`CHROMIUM is ${CHROMIUM}, and there is no such file.`);
    return CHROMIUM;
  }
  const found = findInSearchPath(NAMES);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && (await isDebian())) {
    log('Installing chromium …');
    await apt(['update']);
    await apt(['install', '--yes', '--no-install-recommends', 'chromium']);
  }
  const installed = findInSearchPath(NAMES);
  if (installed !== undefined) return installed;
  throw new Error(
    'The editor tests need Chromium. Install it (Debian: sudo apt-get install chromium), ' +
      'or give the full path of a Chromium or Chrome in the environment variable CHROMIUM.',
  );
}

/** Ubuntu has apt too, but its package `chromium-browser` is a snap, which may not use our folders. */
async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID=debian$/m.test(release);
}

function apt(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runProgram('apt-get', ['-qq', ...args], { env, timeoutMs: APT_TIMEOUT_MS });
}
