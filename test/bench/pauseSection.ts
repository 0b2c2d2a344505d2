/** How long an app stands still when a stack is taken: gaps in a loop that reads the clock as fast as it can. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type NodeVersion, nodeVersion } from '../support/nodeVersions';
import { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { type Judgement, judgeWorst, milliseconds, printTable } from './report';
import { spreadOf } from './statistics';
import { whileRunning } from './whileRunning';

const NODE_MAJORS = [20, 24];
const LIMIT_MS = 5;
/** Low, so that most of the loop runs while the request counts as slow and is looked at every 25 ms. */
const THRESHOLD_MS = 200;
/** Until V8 has optimised the loop, which makes a gap as well. */
const WARM_UP_MS = 300;
/** Lets the end of a request be told before the next one starts. */
const BETWEEN_MS = 200;

/** Shorter ones are not reported by the app either. */
const GAP_MS = 0.1;

const computed = z.object({ gaps: z.array(z.object({ lengthMs: z.number(), queuedMs: z.number() })) });

interface Gap {
  /** As the clock shows it. */
  lengthMs: number;
  /** Part of it in which other programs had the core: no fault of ours, and on a busy machine most of it. */
  queuedMs: number;
}

/** Judges the longest gap of the attached app without its waits for a core, even if V8 has caused it. */
export async function pauseSection(counts: Counts): Promise<Judgement[]> {
  const computedMs = counts.pauseRounds * counts.pauseComputeMs;
  const rows = [['app', 'Node', 'a second', 'median', 'max', 'own: a second', 'median', '3rd quartile', 'max']];
  const judgements: Judgement[] = [];
  await whileRunning(TestSidecar.start(), async sidecar => {
    for (const node of NODE_MAJORS.map(nodeVersion)) {
      const { untouched, attached } = await measureGaps(node, sidecar, counts);
      rows.push(['untouched', String(node.major), ...cells(untouched, computedMs)]);
      rows.push(['attached', String(node.major), ...cells(attached, computedMs)]);
      judgements.push(judgeWorst(`pause for a stack, Node ${node.major}`, Math.max(0, ...ownMs(attached)), LIMIT_MS));
    }
  });
  printTable(
    `Gaps of ${GAP_MS} ms and more in a computing request; own: without waits for a core. ` +
      'What only the attached app has is ours',
    rows,
  );
  return judgements;
}

/** Has an untouched and an attached app compute in turns. */
async function measureGaps(node: NodeVersion, sidecar: TestSidecar, counts: Counts) {
  const gaps: { untouched: Gap[]; attached: Gap[] } = { untouched: [], attached: [] };
  await whileRunning(BenchApp.start('slow.js', node), untouched =>
    whileRunning(BenchApp.start('slow.js', node), async attached => {
      const target = await sidecar.attach({ pid: attached.pid }, THRESHOLD_MS);
      for (const app of [untouched, attached]) await gapsOf(app, WARM_UP_MS);
      for (let round = 0; round < counts.pauseRounds; round += 1) {
        gaps.untouched.push(...(await gapsOf(untouched, counts.pauseComputeMs)));
        gaps.attached.push(...(await gapsOf(attached, counts.pauseComputeMs)));
      }
      await sidecar.request('detach', { targetId: target.id });
    }),
  );
  return gaps;
}

async function gapsOf(app: BenchApp, durationMs: number): Promise<Gap[]> {
  const { gaps } = computed.parse(await app.send(`/compute?ms=${durationMs}`));
  await delay(BETWEEN_MS);
  return gaps;
}

function ownMs(gaps: readonly Gap[]): number[] {
  return gaps.map(({ lengthMs, queuedMs }) => lengthMs - queuedMs).filter(durationMs => durationMs >= GAP_MS);
}

function cells(gaps: readonly Gap[], computedMs: number): string[] {
  const onClockMs = gaps.map(({ lengthMs }) => lengthMs);
  return [...figures(onClockMs, computedMs, false), ...figures(ownMs(gaps), computedMs, true)];
}

function figures(durationsMs: readonly number[], computedMs: number, withQuartile: boolean): string[] {
  const rate = ((durationsMs.length * 1000) / computedMs).toFixed(1);
  if (durationsMs.length === 0) return withQuartile ? [rate, '', '', ''] : [rate, '', ''];
  const { median, upperQuartile, max } = spreadOf(durationsMs);
  const shown = withQuartile ? [median, upperQuartile, max] : [median, max];
  return [rate, ...shown.map(milliseconds)];
}
