/** A headless Chromium with one page. It can reach this machine and nothing else. */
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureChromium } from './chromium';
import { withDeadline } from './deadline';
import { editorEnvironment } from './editorEnvironment';
import { createTempFolder, type TempFolder } from './tempFolder';

export interface Viewport {
  width: number;
  height: number;
}

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

const LAUNCH_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 10_000;
/** Most things appear within 1 s. This is for two slow cores and a cold disk. */
const ACTION_TIMEOUT_MS = 90_000;

const ARGUMENTS = [
  // Chromium's sandbox does not work for root or in most containers; nothing foreign is opened here.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Starts Chromium with a profile of its own. Every wait of its page has a deadline of 90 s, unless it says otherwise. */
export async function launchBrowser(viewport: Viewport = { width: 1280, height: 800 }): Promise<Browser> {
  const executablePath = await ensureChromium();
  const folder = createTempFolder('vsc-window-');
  // Playwright ends Chromium at the end of this process. Its folder must be removed after that, or Chromium writes it anew.
  folder.removeLast();
  let context: BrowserContext | undefined;
  const close = async () => {
    if (context !== undefined) {
      await withDeadline(context.close(), CLOSE_TIMEOUT_MS, 'The end of Chromium').catch((error: Error) => {
        // Playwright ends it with this process. Meanwhile it must not keep others from being stopped.
        console.error(error.message);
      });
    }
    folder.remove();
  };
  try {
    context = await launch(executablePath, folder, viewport);
    // Again, because now Playwright has registered.
    folder.removeLast();
    context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    return { page: context.pages()[0] ?? (await context.newPage()), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function launch(executablePath: string, folder: TempFolder, viewport: Viewport): Promise<BrowserContext> {
  const env = editorEnvironment({
    HOME: folder.folder('home'),
    TMPDIR: folder.folder('tmp'),
    XDG_RUNTIME_DIR: folder.folder('tmp'),
  });
  return chromium.launchPersistentContext(folder.folder('profile'), {
    executablePath,
    headless: true,
    viewport,
    // VS Code follows it: nothing slides in, so a row of a list can be clicked as soon as it is there.
    reducedMotion: 'reduce',
    args: ARGUMENTS,
    timeout: LAUNCH_TIMEOUT_MS,
    env,
    // Playwright's own temporary folder stays behind when this process ends while Chromium starts.
    artifactsDir: folder.folder('artifacts'),
    // The signals are ours (processEnd.ts): two handlers of which each wants to end the process get in each other's way.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
}
