/** How long after a request has crossed the threshold its report, and the hint on its line, are at the client. */
import { setTimeout as delay } from 'node:timers/promises';
import { nodeVersion } from '../support/nodeVersions';
import { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { type Judgement, judgeWorst, milliseconds, printTable } from './report';
import { spreadOf } from './statistics';
import { whileRunning } from './whileRunning';

/** The time goes by in the sidecar, which is the same for all. */
const NODE_MAJOR = 24;
const LIMIT_MS = 1_000;
/** The editor draws at most this often; on the screen everything is up to this much later. */
const REPAINT_MS = 100;
const THRESHOLD_MS = 200;
/** Long enough that a report in time comes while the request still runs. */
const REQUEST_MS = 900;
/** Requests start anywhere in the beat of the drains, which are this far apart. */
const BEAT_MS = 100;

interface Delays {
  /** From the threshold to the report with its stack, in milliseconds. */
  reportMs: number[];
  /** From the threshold to the hint, in milliseconds. */
  hintMs: number[];
}

/** Judges the later of the two, with the editor's repaint added. */
export async function reportSection(counts: Counts): Promise<Judgement[]> {
  const rows = [['', 'times', 'median', 'max']];
  const judgements: Judgement[] = [];
  await whileRunning(TestSidecar.start(), async sidecar => {
    for (const [route, kind] of Object.entries({ '/compute': 'computing', '/wait': 'waiting' })) {
      const { reportMs, hintMs } = await measureDelays(route, sidecar, counts);
      rows.push([`report of a ${kind} request`, ...cells(reportMs)], [`hint on its line`, ...cells(hintMs)]);
      const worstMs = REPAINT_MS + Math.max(...reportMs, ...hintMs);
      judgements.push(judgeWorst(`threshold to screen, ${kind} (+ ${REPAINT_MS} ms repaint)`, worstMs, LIMIT_MS));
    }
  });
  printTable('From crossing the threshold to the client', rows);
  return judgements;
}

/** Counts from when a request is sent, so that its way to the app is in the figures. */
async function measureDelays(route: string, sidecar: TestSidecar, counts: Counts): Promise<Delays> {
  const delays: Delays = { reportMs: [], hintMs: [] };
  await whileRunning(BenchApp.start('slow.js', nodeVersion(NODE_MAJOR)), async app => {
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    for (let number = 0; number < counts.slowRequests; number += 1) {
      await delay((number * BEAT_MS) / counts.slowRequests);
      const url = `${route}?ms=${REQUEST_MS}&number=${number}`;
      const crossedMs = performance.now() + THRESHOLD_MS;
      // Together, so that no failure of one goes unseen while another is waited for.
      const [reportAtMs, hintAtMs] = await Promise.all([
        reportOf(sidecar, target.id, url),
        hintOf(sidecar, target.id, url),
        app.send(url),
      ]);
      delays.reportMs.push(reportAtMs - crossedMs);
      delays.hintMs.push(hintAtMs - crossedMs);
    }
    await sidecar.request('detach', { targetId: target.id });
  });
  return delays;
}

async function reportOf(sidecar: TestSidecar, targetId: string, url: string): Promise<number> {
  const { atMs } = await sidecar.waitFor(
    'slowRequest',
    request => request.targetId === targetId && request.url === url && request.guiltyFrame !== undefined,
  );
  return atMs;
}

async function hintOf(sidecar: TestSidecar, targetId: string, url: string): Promise<number> {
  const { value } = await sidecar.waitFor(
    'slowRequest',
    request => request.targetId === targetId && request.url === url,
  );
  const { atMs } = await sidecar.waitFor('lineHints', ({ hints }) =>
    hints.some(({ slowRequestId }) => slowRequestId === value.id),
  );
  return atMs;
}

function cells(durationsMs: readonly number[]): string[] {
  const { median, max } = spreadOf(durationsMs);
  return [String(durationsMs.length), milliseconds(median), milliseconds(max)];
}
