/** What profiling one request costs that request, and how soon its profile is there. */
import { nodeVersion } from '../support/nodeVersions';
import { nextProfile } from '../support/profiles';
import { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { startOrdersDatabase } from './ordersDatabase';
import { type Judgement, judgeWorst, milliseconds, printTable } from './report';
import { spreadOf } from './statistics';
import { whileRunning } from './whileRunning';

const NODE_MAJORS = [20, 24];
const PATH = '/orders/1';
/** Half of the time from a request's end to its flame graph on screen; the other half is the editor's. */
const LIMIT_MS = 1_000;
const THRESHOLD_MS = 60_000;
const WARM_UPS = 200;

interface Measured {
  plainMs: number[];
  profiledMs: number[];
  /** App's CPU time for each. */
  plainCpuMs: number;
  profiledCpuMs: number;
  /** From the answer to the profile on disk. */
  takenAfterMs: number[];
}

/** Judges the slowest profile. */
export async function profileSection(counts: Counts): Promise<Judgement[]> {
  const rows = [
    ['Express 5 + pg, one request', 'Node', 'plain', 'profiled', 'ratio', 'CPU plain', 'CPU profiled', 'taken after'],
  ];
  const judgements: Judgement[] = [];
  await whileRunning(startOrdersDatabase(), ({ environment }) =>
    whileRunning(TestSidecar.start(), async sidecar => {
      for (const { major } of NODE_MAJORS.map(nodeVersion)) {
        const measured = await measure(major, environment, sidecar, counts.profiles);
        const plain = spreadOf(measured.plainMs).median;
        const profiled = spreadOf(measured.profiledMs).median;
        const taken = spreadOf(measured.takenAfterMs);
        rows.push([
          PATH,
          String(major),
          milliseconds(plain),
          milliseconds(profiled),
          (profiled / plain).toFixed(1),
          milliseconds(measured.plainCpuMs),
          milliseconds(measured.profiledCpuMs),
          milliseconds(taken.median),
        ]);
        judgements.push(judgeWorst(`request ended to profile on disk, Node ${major}`, taken.max, LIMIT_MS));
      }
    }),
  );
  printTable('Profiling one request', rows);
  return judgements;
}

/** Plain and profiled requests in turns, so that both meet the same machine. */
function measure(
  nodeMajor: number,
  environment: NodeJS.ProcessEnv,
  sidecar: TestSidecar,
  times: number,
): Promise<Measured> {
  return whileRunning(BenchApp.start('orders.js', nodeVersion(nodeMajor), environment), async app => {
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    const { token } = await sidecar.request('profileToken', {});
    for (let count = 0; count < WARM_UPS; count += 1) await app.send(PATH);
    const measured: Measured = { plainMs: [], profiledMs: [], plainCpuMs: 0, profiledCpuMs: 0, takenAfterMs: [] };
    for (let count = 0; count < times; count += 1) {
      const plain = await timed(app, {});
      measured.plainMs.push(plain.durationMs);
      measured.plainCpuMs += plain.cpuMs / times;
      const profiled = await timed(app, { 'x-introspect': token });
      measured.profiledMs.push(profiled.durationMs);
      const answeredMs = performance.now();
      await nextProfile(sidecar, PATH);
      measured.takenAfterMs.push(performance.now() - answeredMs);
      measured.profiledCpuMs += profiled.cpuMs / times;
    }
    await sidecar.request('detach', { targetId: target.id });
    return measured;
  });
}

async function timed(app: BenchApp, headers: Record<string, string>): Promise<{ durationMs: number; cpuMs: number }> {
  const beforeMs = await app.cpuMs();
  const sentMs = performance.now();
  const answer = await fetch(app.url + PATH, { headers });
  await answer.arrayBuffer();
  const durationMs = performance.now() - sentMs;
  return { durationMs, cpuMs: (await app.cpuMs()) - beforeMs };
}
