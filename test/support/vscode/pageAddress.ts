/** What a VS Code page is to show, as the address of that page. */
import { resolve } from 'node:path';

export interface WhatToOpen {
  folder: string;
  /** The extension to run from its source folder. */
  extensionDevelopmentPath?: string;
  /** A file to show in an editor. */
  openFile?: string;
  /** A module that exports `run(): Promise<void>`, to be called in the extension host. */
  extensionTestsPath?: string;
}

/** The payload is how the workbench itself passes these things to a window that it opens. */
export function pageAddress(port: number, what: WhatToOpen): string {
  const host = `127.0.0.1:${port}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  for (const key of ['extensionDevelopmentPath', 'extensionTestsPath', 'openFile'] as const) {
    const path = what[key];
    if (path !== undefined) payload.push([key, `vscode-remote://${host}${encodeURI(resolve(path))}`]);
  }
  return `http://${host}/?${new URLSearchParams({ folder: resolve(what.folder), payload: JSON.stringify(payload) })}`;
}
