/** The lines on which an app as a whole computed most lately, out of the chunks of its rolling profile. */
import * as z from 'zod';
import type { SampledNode } from '../agent/profileReports';
import { AGENT_SOURCE_URL } from '../agent/sourceUrl';
import type { HotLine } from '../protocol/profileValues';
import type { PositionResolver } from './frameTable';
import { timeByLine } from './hotLines';

const text = z.string().max(4_000);
const chunk = z.object({
  nodes: z
    .array(
      z.object({
        id: z.int(),
        children: z.array(z.int()).optional(),
        callFrame: z.object({ functionName: text, url: text, lineNumber: z.int(), columnNumber: z.int() }),
        positionTicks: z.array(z.object({ line: z.int().min(0), ticks: z.int().min(0) })).optional(),
      }),
    )
    .max(1_000_000),
  startTime: z.number(),
  endTime: z.number(),
  samples: z.array(z.int()).optional(),
  timeDeltas: z.array(z.number()).optional(),
});
/** As `Profiler.Profile` of the inspector protocol, as far as it is read; times in microseconds. */
export type Chunk = z.infer<typeof chunk>;

/** Colder lines are noise: of the time that was looked at. */
const MIN_SHARE = 0.01;
/** Functions are looked up in source maps: the hottest do. */
const MAX_FUNCTIONS = 200;

/**
 * @param value from the app
 * @throws when it is not a profile
 */
export function decodeChunk(value: unknown): Chunk {
  const decoded = chunk.parse(value);
  if (!isTree(decoded)) throw new Error('its nodes are not a tree');
  return decoded;
}

/** As V8 lists them: callers first, each node once. Else a walk to the outermost caller might never end. */
function isTree({ nodes }: Chunk): boolean {
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const called = new Set<number>();
  for (const [index, { children = [] }] of nodes.entries()) {
    for (const child of children) {
      if (called.has(child) || (places.get(child) ?? -1) <= index) return false;
      called.add(child);
    }
  }
  return places.size === nodes.length;
}

/**
 * @param chunks one after the other
 * @returns how long they are together, and own time of the lines that took 1 % of that or more, most first
 */
export async function recentLines(
  chunks: readonly Chunk[],
  resolver: PositionResolver,
): Promise<{ windowMs: number; lines: HotLine[] }> {
  const windowUs = chunks.reduce((sumUs, { startTime, endTime }) => sumUs + Math.max(0, endTime - startTime), 0);
  const hottest = [...functionsOf(chunks)].sort((a, b) => b[1] - a[1]).slice(0, MAX_FUNCTIONS);
  const lines = (await timeByLine(hottest, resolver)).map(({ line }) => line);
  return {
    windowMs: windowUs / 1000,
    lines: lines.filter(({ selfUs }) => selfUs >= MIN_SHARE * windowUs).sort((a, b) => b.selfUs - a.selfUs),
  };
}

/** @returns own time of each function in microseconds, whoever called it */
function functionsOf(chunks: readonly Chunk[]): Map<SampledNode, number> {
  const functions = new Map<string, SampledNode>();
  const selfUs = new Map<SampledNode, number>();
  for (const { nodes, startTime, endTime, samples = [] } of chunks) {
    const sampleUs = Math.max(0, endTime - startTime) / Math.max(1, samples.length);
    for (const { callFrame, positionTicks = [] } of nodes) {
      const { functionName, url, lineNumber, columnNumber } = callFrame;
      if (positionTicks.length === 0 || url === '' || url === AGENT_SOURCE_URL) continue;
      const key = `${functionName}\n${url}\n${lineNumber}:${columnNumber}`;
      const line = Math.max(0, lineNumber + 1);
      const column = Math.max(0, columnNumber + 1);
      const known = functions.get(key) ?? { functionName, file: url, line, column, parent: -1, lineTicks: [] };
      functions.set(key, known);
      let ticksSum = 0;
      for (const { line: tickedLine, ticks } of positionTicks) {
        known.lineTicks.push(tickedLine, ticks);
        ticksSum += ticks;
      }
      selfUs.set(known, (selfUs.get(known) ?? 0) + ticksSum * sampleUs);
    }
  }
  return selfUs;
}
