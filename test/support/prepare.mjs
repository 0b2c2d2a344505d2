// Sets up what a script needs in a fresh clone: packages, builds. Runs before anything is installed, so it imports
// nothing but Node. `node test/support/prepare.mjs [apps] [nodes]`
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.argv.slice(2);
const OLDEST_NODE = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Node.js ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

/**
 * Runs a program and ends this one when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {string} folder
 */
function run(program, args, folder) {
  try {
    // On Windows npm is a script, which only a shell can start.
    execFileSync(program, args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  } catch {
    console.error(`\n"${program} ${args.join(' ')}" failed in ${folder}; what it printed above says why.`);
    process.exit(1);
  }
}

/**
 * Installs the packages of a folder, unless exactly these are there already.
 * @param {string} folder below the root
 * @param {string[]} options for npm
 */
function install(folder, options = []) {
  const path = join(root, folder);
  const lock = createHash('sha256')
    .update(readFileSync(join(path, 'package-lock.json')))
    .digest('hex');
  const stamp = join(path, 'node_modules', '.prepared');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log(`Installing the packages of ${folder === '.' ? 'the project' : folder} …`);
  rmSync(stamp, { force: true });
  // Not `npm ci`: it refuses a lock file without the packages of all other platforms, which not every registry has.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...options], path);
  writeFileSync(stamp, lock);
}

install('.');
run(process.execPath, ['esbuild.mjs'], root);
if (wanted.includes('apps')) {
  install('test/apps');
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'test/apps/shop'], root);
}
if (wanted.includes('nodes')) {
  install('test/tools/node', ['--ignore-scripts']);
  install('test/tools/restarters', ['--ignore-scripts']);
}
