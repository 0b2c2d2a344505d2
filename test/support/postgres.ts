/** A PostgreSQL of our own: a fresh one in a temporary folder on a free loopback port, gone when it is stopped. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type OwnedChild, startChild } from './vscode/childProcess';
import { withDeadline } from './vscode/deadline';
import { collectOutputTail } from './vscode/outputTail';
import { onProcessEnd } from './vscode/processEnd';
import { runProgram } from './vscode/runProgram';
import { findInSearchPath } from './vscode/searchPath';
import { createTempFolder } from './vscode/tempFolder';

/** Debian keeps the programs of each major version here, and not in the search path. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
/** Keeps Debian's package from making and starting a database of its own. */
const NO_CLUSTER_FILE = '/etc/postgresql-common/createcluster.d/introspector-test.conf';
const USER = 'introspector';
const APT_TIMEOUT_MS = 10 * 60_000;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** At the end of this process, where nothing can be awaited. */
const LAST_STOP_TIMEOUT_MS = 1_000;
const LAST_STOP_POLL_MS = 10;

export interface Postgres {
  /** The PG… variables that every driver knows. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @returns when it takes connections @throws Error that says what to install */
export async function startPostgres(log: (line: string) => void = console.error): Promise<Postgres> {
  const programs = await ensurePrograms(log);
  const identity = unprivileged();
  const folder = createTempFolder('introspector-pg-');
  const options = { cwd: folder.path, env: { ...process.env, LC_ALL: 'C' }, ...identity };
  try {
    const password = randomBytes(16).toString('hex');
    const passwordFile = join(folder.path, 'password');
    const data = join(folder.path, 'data');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (identity) for (const path of [folder.path, passwordFile]) chownSync(path, identity.uid, identity.gid);
    const init = ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', '-E', 'UTF8'];
    // Synchronous: a signal then comes when it has ended, so that it cannot outlive us. It takes a second or two.
    execFileSync(join(programs, 'initdb'), init, { ...options, stdio: 'pipe', timeout: START_TIMEOUT_MS });
    const port = await freePort();
    // No socket file, and no shared memory that would stay behind when it is killed.
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    settings.push('dynamic_shared_memory_type=mmap', 'shared_buffers=32MB');
    const args = ['-D', data, ...settings.flatMap(setting => ['-c', setting])];
    const server = startChild(join(programs, 'postgres'), args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = onProcessEnd(() => stopNow(server, join(data, 'postmaster.pid')));
    const stop = async () => {
      // "Fast": ends the connections that are left. Its processes have groups of their own, so it must end them itself.
      server.process.kill('SIGINT');
      await withDeadline(server.ended, STOP_TIMEOUT_MS, 'The end of PostgreSQL').catch(() => {});
      await server.stop();
      forget();
    };
    await ready(server).catch(error => stop().finally(() => Promise.reject(error)));
    const environment = {
      PGHOST: '127.0.0.1',
      PGPORT: `${port}`,
      PGUSER: USER,
      PGPASSWORD: password,
      PGDATABASE: 'postgres',
    };
    return { environment, stop: () => stop().finally(() => folder.remove()) };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** Tells it to drop everything, and waits as long as it takes to take its shared memory with it. */
function stopNow(server: OwnedChild, pidFile: string): void {
  if (!server.process.kill('SIGQUIT')) return;
  const endMs = performance.now() + LAST_STOP_TIMEOUT_MS;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (existsSync(pidFile) && performance.now() < endMs) Atomics.wait(clock, 0, 0, LAST_STOP_POLL_MS);
}

async function ready(server: OwnedChild): Promise<void> {
  const outputTail = collectOutputTail(server.process);
  const listening = new Promise<void>((resolve, reject) => {
    server.process.stderr?.on('data', () => {
      if (outputTail().includes('ready to accept connections')) resolve();
    });
    void server.ended.then(end => reject(new Error(`PostgreSQL ended: ${end.description}\n${outputTail()}`)));
  });
  await withDeadline(listening, START_TIMEOUT_MS, 'The start of PostgreSQL');
}

/** PostgreSQL refuses to run as root, and its package brings a user for it. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (found === null) throw new Error('PostgreSQL does not run as root, and there is no user "postgres".');
  return { uid: Number(found[1]), gid: Number(found[2]) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @returns the folder of `initdb` and `postgres`. On Debian, as root, they are installed when there are none. */
async function ensurePrograms(log: (line: string) => void): Promise<string> {
  const found = findPrograms();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    log('Installing postgresql …');
    mkdirSync(join(NO_CLUSTER_FILE, '..'), { recursive: true });
    writeFileSync(NO_CLUSTER_FILE, 'create_main_cluster = false\n');
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: APT_TIMEOUT_MS };
    try {
      await runProgram('apt-get', ['-qq', 'update'], options);
      await runProgram('apt-get', ['-qq', 'install', '--yes', '--no-install-recommends', 'postgresql'], options);
    } finally {
      rmSync(NO_CLUSTER_FILE, { force: true });
    }
  }
  const installed = findPrograms();
  if (installed !== undefined) return installed;
  throw new Error('PostgreSQL is needed. Install it (Debian: sudo apt-get install postgresql).');
}

function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const newestFirst = versions
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(DEBIAN_FOLDER, version, 'bin'));
  const inPath = findInSearchPath(['initdb']);
  if (inPath !== undefined) newestFirst.push(join(inPath, '..'));
  return newestFirst.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}
