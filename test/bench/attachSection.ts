/** How long attaching takes: from a process id to a target that is being watched. */
import { nodeVersion } from '../support/nodeVersions';
import { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { startOrdersDatabase } from './ordersDatabase';
import { type Judgement, judgeWorst, milliseconds, printTable } from './report';
import { spreadOf } from './statistics';
import { whileRunning } from './whileRunning';

const NODE_MAJORS = [20, 24];
const LIMIT_MS = 1_000;
const THRESHOLD_MS = 1_000;

/** Judges the slowest attach. */
export async function attachSection(counts: Counts): Promise<Judgement[]> {
  const rows = [['', 'Node', 'times', 'median', 'max']];
  const judgements: Judgement[] = [];
  await whileRunning(startOrdersDatabase(), ({ environment }) =>
    whileRunning(TestSidecar.start(), async sidecar => {
      for (const { major } of NODE_MAJORS.map(nodeVersion)) {
        const durationsMs: number[] = [];
        while (durationsMs.length < counts.attaches) {
          durationsMs.push(await attachDurationMs(major, environment, sidecar));
        }
        const { median, max } = spreadOf(durationsMs);
        const figures = [String(durationsMs.length), milliseconds(median), milliseconds(max)];
        rows.push(['Express 5 + pg, a fresh process each time', String(major), ...figures]);
        judgements.push(judgeWorst(`attach to watching, Node ${major}`, max, LIMIT_MS));
      }
    }),
  );
  printTable('Attaching by process id', rows);
  return judgements;
}

/** Takes a fresh process, as a person does: the second time the inspector and the code would be warm. */
function attachDurationMs(nodeMajor: number, environment: NodeJS.ProcessEnv, sidecar: TestSidecar): Promise<number> {
  return whileRunning(BenchApp.start('orders.js', nodeVersion(nodeMajor), environment), async app => {
    // It has connections now, and has loaded what Node and Express load late.
    await app.send('/orders/1');
    const sentMs = performance.now();
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    const durationMs = performance.now() - sentMs;
    if (target.state.state !== 'watching') throw new Error(`the target is ${target.state.state}`);
    await sidecar.request('detach', { targetId: target.id });
    return durationMs;
  });
}
