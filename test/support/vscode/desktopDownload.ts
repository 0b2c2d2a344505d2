/** Gets a desktop VS Code from its vendor, or finds out soon that this is not to be had. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type OwnedChild, startChild } from './childProcess';
import { withDeadline } from './deadline';

const cachePath = fileURLToPath(new URL('../../../.vscode-test', import.meta.url));
/** What lets Node run TypeScript. */
const tsxUrl = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const programPath = fileURLToPath(new URL('desktopDownloadProcess.ts', import.meta.url));

/** The vendor answers within 1 s where it can be reached. A firewall may let us wait for ever. */
const REACH_TIMEOUT_MS = 60_000;
/** 150 MB over a slow line. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

export type DesktopDownload = { kind: 'ready'; executablePath: string } | { kind: 'unavailable'; reason: string };

/** From the process that downloads. */
export type DownloadMessage = { kind: 'reached' } | DesktopDownload;

/**
 * Keeps what it has downloaded in `.vscode-test` at the root of the repository, and uses it again.
 * @param version such as `1.95.0`, `stable` or `insiders`
 * @param reachTimeoutMs how long to wait for the first byte
 */
export async function tryDownloadDesktop(version: string, reachTimeoutMs = REACH_TIMEOUT_MS): Promise<DesktopDownload> {
  // A process of its own, because the package offers no way to stop a download.
  const child = startChild(process.execPath, ['--import', tsxUrl, programPath, version, cachePath], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { reached, done } = listen(child);
  try {
    await withDeadline(Promise.race([reached, done]), reachTimeoutMs, 'An answer from the vendor');
    return await withDeadline(done, DOWNLOAD_TIMEOUT_MS, 'The download');
  } catch (error) {
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await child.stop();
  }
}

function listen(child: OwnedChild): { reached: Promise<void>; done: Promise<DesktopDownload> } {
  let markReached: () => void = () => {};
  const reached = new Promise<void>(resolve => {
    markReached = resolve;
  });
  const done = new Promise<DesktopDownload>(resolve => {
    child.process.on('message', (message: DownloadMessage) => {
      if (message.kind === 'reached') markReached();
      else resolve(message);
    });
    void child.ended.then(end =>
      resolve({ kind: 'unavailable', reason: `The download ended without a result: ${end.description}` }),
    );
  });
  return { reached, done };
}
