/** What one wants to see when a suite has failed. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export interface ArtifactSources {
  /** A folder; may be missing. */
  logsPath?: string;
  page?: Page;
}

/**
 * Best effort, because it must not hide why the suite failed.
 * @param path a folder, which is replaced
 */
export async function trySaveArtifacts(path: string, { logsPath, page }: ArtifactSources): Promise<void> {
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    if (logsPath !== undefined && existsSync(logsPath)) cpSync(logsPath, join(path, 'logs'), { recursive: true });
    await page?.screenshot({ path: join(path, 'window.png') });
    console.error(`What VS Code logged and showed is in ${path}`);
  } catch (error) {
    console.error(`Could not keep all that VS Code logged and showed: ${error}`);
  }
}
