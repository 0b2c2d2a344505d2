/** What the sidecar holds in memory: while nothing happens, and with many slow requests at once. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeVersion } from '../support/nodeVersions';
import { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { sendLoad } from './load';
import { type Judgement, printTable } from './report';
import { whileRunning } from './whileRunning';

const NODE_MAJOR = 24;
const MEGABYTE = 1e6;
const LIMIT_BYTES = 100 * MEGABYTE;
const THRESHOLD_MS = 200;
const SLOW_REQUESTS = 50;
/** Beside the slow ones. */
const QUICK_REQUESTS = 5_000;
const LOOK_EVERY_MS = 100;

interface Memory {
  /** Resident bytes, the most that was seen. */
  idleBytes: number;
  loadedBytes: number;
}

/** Judges the most that was seen; nothing where there is no /proc to read it from. */
export async function memorySection(counts: Counts): Promise<Judgement[]> {
  if (process.platform !== 'linux') {
    console.log('  not measured: this needs /proc');
    return [];
  }
  const { idleBytes, loadedBytes } = await measureMemory(counts);
  printTable('Resident memory of the sidecar, the most that was seen', [
    ['', 'VmRSS'],
    ['watching an idle app', megabytes(idleBytes)],
    [`with ${SLOW_REQUESTS} slow requests in flight, and quick ones`, megabytes(loadedBytes)],
  ]);
  const most = Math.max(idleBytes, loadedBytes);
  const verdict = most < LIMIT_BYTES ? 'met' : 'MISSED';
  return [{ what: 'memory of the sidecar', aim: `< ${megabytes(LIMIT_BYTES)}`, found: megabytes(most), verdict }];
}

async function measureMemory({ memoryWatchMs }: Counts): Promise<Memory> {
  return whileRunning(BenchApp.start('slow.js', nodeVersion(NODE_MAJOR)), app =>
    whileRunning(TestSidecar.start(), async sidecar => {
      await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
      const idleBytes = await mostBytes(sidecar.pid, memoryWatchMs);
      const slow = Array.from({ length: SLOW_REQUESTS }, () => app.send(`/wait?ms=${memoryWatchMs}`));
      const quick = sendLoad({ url: app.url, paths: ['/quick'], requests: QUICK_REQUESTS });
      const [loadedBytes] = await Promise.all([mostBytes(sidecar.pid, memoryWatchMs), quick, ...slow]);
      const reported = sidecar.slowRequests('/wait').length;
      if (reported < SLOW_REQUESTS) throw new Error(`only ${reported} of ${SLOW_REQUESTS} slow requests were reported`);
      return { idleBytes, loadedBytes };
    }),
  );
}

async function mostBytes(pid: number, durationMs: number): Promise<number> {
  const endMs = performance.now() + durationMs;
  let most = 0;
  while (performance.now() < endMs) {
    most = Math.max(most, residentBytes(pid));
    await delay(LOOK_EVERY_MS);
  }
  return most;
}

function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`the memory of process ${pid} cannot be read`);
  return Number(kibibytes) * 1024;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}
