/** Opens VS Code with the extension of this repository: the one on this desktop, or else one in the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer } from '../support/vscode/server';
import { say } from './print';

export interface WhatToEdit {
  folder: string;
  /** The extension to run from its source folder. */
  extensionDevelopmentPath: string;
  /** The folder of one that is there beside it. */
  companionPath: string;
}

export interface OpenedEditor {
  /** Fulfilled with the reason when it ends by itself. A window on the desktop is not followed. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** @throws Error that says what is missing, when there is neither */
export async function openEditor(what: WhatToEdit): Promise<OpenedEditor> {
  if (await tryDesktop(what)) {
    say('   VS Code opens a window on the shop.');
    return { ended: new Promise(() => {}), stop: async () => {} };
  }
  say('   There is no "code" in the search path: serving the VS Code from npm (its first start installs it).');
  const server = await startServer({ staysWithoutWindow: true, installedExtensionPath: what.companionPath });
  say(
    `   Open this address in a browser on this machine:\n\n   ${server.addressOf({ folder: what.folder, extensionDevelopmentPath: what.extensionDevelopmentPath })}\n`,
  );
  return { ended: server.ended.then(reason => `VS Code has ended: ${reason}`), stop: () => server.stop() };
}

/** The program `code` hands the window over to VS Code and ends. @returns false when there is none that works */
async function tryDesktop({ folder, extensionDevelopmentPath, companionPath }: WhatToEdit): Promise<boolean> {
  const extensions = [extensionDevelopmentPath, companionPath].map(path => `--extensionDevelopmentPath=${path}`);
  const args = ['--new-window', ...extensions, folder];
  const isWindows = process.platform === 'win32';
  // On Windows it is a script, which only a shell can start; paths then need quotes.
  const quoted = isWindows ? args.map(argument => `"${argument}"`) : args;
  const child = spawn('code', quoted, { stdio: 'ignore', shell: isWindows });
  try {
    const [exitCode] = await once(child, 'exit');
    return exitCode === 0;
  } catch {
    // ENOENT: it is not installed.
    return false;
  }
}
