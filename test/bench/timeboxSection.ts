/** What one timebox costs the app that uses the library. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { nodeVersion } from '../support/nodeVersions';
import type { Counts } from './counts';
import { type Judgement, printTable } from './report';
import { spreadOf } from './statistics';

const NODE_MAJORS = [20, 24];
const PROGRAM = fileURLToPath(new URL('../apps/bench/timeboxes.cjs', import.meta.url));
const KINDS = {
  plain: 'the call alone',
  sync: 'a synchronous box',
  nested: 'a box inside one that is up sooner',
  async: 'a box whose body returns a promise',
} as const;

const figures = z.array(z.number().positive()).min(1);
const measured = z.object({
  total: z.int().positive(),
  rounds: z.object({ plain: figures, sync: figures, nested: figures, async: figures }),
});

/** Judges nothing: there is no aim but that the figures are known. */
export async function timeboxSection(counts: Counts): Promise<Judgement[]> {
  const rows = [['', 'Node', 'rounds', 'median', 'quartiles', 'max']];
  for (const { major, executable } of NODE_MAJORS.map(nodeVersion)) {
    const { stdout } = await promisify(execFile)(executable, [PROGRAM, String(counts.timeboxRounds)]);
    const { rounds } = measured.parse(JSON.parse(stdout));
    for (const [kind, name] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
      const { median, lowerQuartile, upperQuartile, max } = spreadOf(rounds[kind]);
      const spread = `${microseconds(lowerQuartile)} to ${microseconds(upperQuartile)}`;
      rows.push([name, String(major), String(rounds[kind].length), microseconds(median), spread, microseconds(max)]);
    }
  }
  printTable('What one timebox costs, in microseconds of wall time', rows);
  return [];
}

function microseconds(durationUs: number): string {
  return durationUs.toFixed(durationUs < 1 ? 3 : durationUs < 10 ? 1 : 0);
}
