/**
 * The keeper of a copy, a process of its own: starts the copy, and ends it and everything it has started when standard
 * input ends, which it does when the sidecar goes away, however it goes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { COPY_MARK } from '../targets/environment';
import { type KeeperNews, type KeeperOrder, keeperOrder } from './keeperMessages';
import { endTree } from './processTree';

/** Built beside the sidecar. */
const PRELOAD_FILE = fileURLToPath(new URL('./replayPreload.cjs', import.meta.url));

/** @returns exit code: 0 when nothing of the copy was left */
export async function keep(): Promise<number> {
  const lines = createInterface({ input: process.stdin });
  const ended = Promise.race([
    once(lines, 'close'),
    ...(['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map(signal => once(process, signal)),
  ]);
  // Nobody reads any more when the sidecar is gone.
  process.stdout.on('error', () => {});
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (first === undefined) return 0;
  const order = keeperOrder.parse(JSON.parse(String(first[0])));
  const folder = await mkdtemp(join(tmpdir(), 'introspector-replay-'));
  try {
    return await run(order, folder, ended);
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.stdin.destroy();
  }
}

async function run(order: KeeperOrder, folder: string, ended: Promise<unknown>): Promise<number> {
  const copy = await start(order, folder);
  const { pid } = copy.child;
  if (pid === undefined) {
    tell({ kind: 'failed', reason: (await copy.failed).message });
    return 1;
  }
  tell({ kind: 'started', pid, factsFile: copy.factsFile });
  const exited = once(copy.child, 'exit').then(([code, signal]) => {
    tell({ kind: 'exited', how: signal === null ? `with code ${code}` : `by ${signal}` });
  });
  await Promise.race([ended, exited]);
  const left = await endTree({ pid, variable: `${COPY_MARK}=${order.id}` });
  return left.length === 0 ? 0 : 1;
}

async function start(order: KeeperOrder, folder: string) {
  const { userId, groupId } = order;
  const preload = join(folder, 'preload.cjs');
  const factsFile = join(folder, 'facts.jsonl');
  await copyFile(PRELOAD_FILE, preload);
  await writeFile(factsFile, '');
  const isOurs = userId === process.geteuid?.() && groupId === process.getegid?.();
  if (!isOurs) for (const path of [folder, preload, factsFile]) await chown(path, userId, groupId);
  const child = spawn(order.executable, order.args, {
    cwd: order.workingDirectory,
    env: {
      ...order.environment,
      NODE_OPTIONS: `--require ${JSON.stringify(preload)} ${order.environment.NODE_OPTIONS ?? ''}`.trim(),
      [COPY_MARK]: order.id,
      INTROSPECTOR_REPLAY_FACTS: factsFile,
      INTROSPECTOR_REPLAY_PORTS: order.ports.join(','),
    },
    ...(isOurs ? {} : { uid: userId, gid: groupId }),
    // A group and a session of its own, by which it can be ended as a whole.
    detached: true,
    stdio: ['ignore', 2, 2],
  });
  const failed = new Promise<Error>(resolve => child.once('error', resolve));
  return { child: child as ChildProcess, failed, factsFile };
}

function tell(news: KeeperNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}
