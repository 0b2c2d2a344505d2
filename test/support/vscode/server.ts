/** The VS Code server: one process with folders of its own, serving a VS Code that any browser on this machine can open. */
import { cpSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type OwnedChild, startChild } from './childProcess';
import { type ColorThemeName, colorThemes } from './colorThemes';
import { withDeadline } from './deadline';
import { editorEnvironment } from './editorEnvironment';
import { type InstalledVsCode, installVsCode } from './install';
import { collectOutputTail } from './outputTail';
import { pageAddress, type WhatToOpen } from './pageAddress';
import { runProgram } from './runProgram';
import { quietSettings, type Settings } from './settings';
import { createTempFolder, type TempFolder } from './tempFolder';

/** It takes about 1 s; a loaded machine is given more. */
const START_TIMEOUT_MS = 60_000;
const VSIX_TIMEOUT_MS = 60_000;

export interface ServerOptions {
  /** User settings, added to `quietSettings`. */
  settings?: Settings;
  /** `dark` by default. */
  colorTheme?: ColorThemeName;
  /** An extension to install. One in source form is given to `addressOf` instead. */
  vsixPath?: string;
  /** The folder of an extension that is there from the start. */
  installedExtensionPath?: string;
  /** Seen by the extension host. */
  env?: Readonly<Record<string, string>>;
  /** A free one by default. */
  port?: number;
  logLevel?: 'error' | 'info' | 'debug' | 'trace';
  /**
   * Without it the server ends 5 minutes after the last window has gone (a safety net in case this process is killed);
   * with it only `stop`, or the end of this process, ends it.
   */
  staysWithoutWindow?: boolean;
}

export interface VsCodeServer {
  /** The address of a page with VS Code in it. */
  addressOf(what: WhatToOpen): string;
  /** Where the logs of the server and of the extension hosts are. */
  readonly logsPath: string;
  /** Fulfilled with the reason when the server has ended, whoever ended it. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a VS Code server, and installs it first if need be. It listens on 127.0.0.1 only, because it asks for no
 * password: who can connect can run programs.
 */
export async function startServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const installed = await installVsCode();
  const folder = createTempFolder('vsc-');
  let child: OwnedChild | undefined;
  const stop = async () => {
    await child?.stop();
    folder.remove();
  };
  try {
    writeSettings(folder, options);
    if (options.installedExtensionPath !== undefined) installFolder(folder, options.installedExtensionPath);
    if (options.vsixPath !== undefined) await installVsix(installed, folder, options.vsixPath);
    child = startChild(installed.nodePath, serverArguments(installed, folder, options), {
      env: serverEnvironment(folder, options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const port = await listeningPort(child);
    return {
      addressOf: what => pageAddress(port, what),
      logsPath: join(folder.path, 's/data/logs'),
      ended: child.ended.then(end => end.description),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Before the start: a running VS Code does not notice when its settings file is changed under its feet. */
function writeSettings(folder: TempFolder, { settings, colorTheme = 'dark' }: ServerOptions): void {
  const all = { ...quietSettings, 'workbench.colorTheme': colorThemes[colorTheme].id, ...settings };
  writeFileSync(join(folder.folder('s/data/User'), 'settings.json'), JSON.stringify(all, null, 2));
}

function serverArguments(installed: InstalledVsCode, folder: TempFolder, options: ServerOptions): string[] {
  return [
    ...[installed.serverScriptPath, '--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    ...['--without-connection-token', '--telemetry-level', 'off', '--log', options.logLevel ?? 'info'],
    // The setting comes too late for a window that starts slowly: it then keeps `isWorkspaceTrusted` false for ever.
    '--disable-workspace-trust',
    // The page then calls `codeAutomationExit`, which `suite.ts` defines.
    '--enable-smoke-test-driver',
    ...(options.staysWithoutWindow ? [] : ['--enable-remote-auto-shutdown']),
    ...folderArguments(folder),
  ];
}

function folderArguments(folder: TempFolder): string[] {
  const dataFolder = folder.folder('s');
  const extensionsFolder = folder.folder('e');
  return ['--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder, '--accept-server-license-terms'];
}

/** Nothing of the user's own VS Code is seen or touched, and no extension is looked up. */
function serverEnvironment(folder: TempFolder, extra: ServerOptions['env'] = {}): NodeJS.ProcessEnv {
  return editorEnvironment({
    HOME: folder.folder('h'),
    TMPDIR: folder.folder('t'),
    XDG_RUNTIME_DIR: folder.folder('t'),
    EXTENSIONS_GALLERY: '{}',
    ...extra,
  });
}

/** Before its first start a server takes what lies in the folder of its extensions as installed. */
function installFolder(folder: TempFolder, path: string): void {
  cpSync(path, join(folder.folder('e'), basename(path)), { recursive: true });
}

function installVsix(installed: InstalledVsCode, folder: TempFolder, vsixPath: string): Promise<void> {
  const install = ['--install-extension', resolve(vsixPath), '--force'];
  return runProgram(installed.nodePath, [installed.serverScriptPath, ...install, ...folderArguments(folder)], {
    env: serverEnvironment(folder),
    timeoutMs: VSIX_TIMEOUT_MS,
  });
}

/** Read from what it prints. */
async function listeningPort(server: OwnedChild): Promise<number> {
  const outputTail = collectOutputTail(server.process);
  const port = new Promise<number>((resolve, reject) => {
    const read = () => {
      const output = outputTail();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
      // It would stay without listening.
      if (output.includes('EADDRINUSE')) reject(new Error('its port is taken'));
    };
    server.process.stdout?.on('data', read);
    server.process.stderr?.on('data', read);
    void server.ended.then(end => reject(new Error(end.description)));
  });
  try {
    return await withDeadline(port, START_TIMEOUT_MS, 'it');
  } catch (error) {
    throw new Error(`The VS Code server did not start: ${(error as Error).message}\n${outputTail()}`);
  }
}
