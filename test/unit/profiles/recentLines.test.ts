import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_SOURCE_URL } from '../../../sidecar/agent/sourceUrl';
import { type Chunk, decodeChunk, recentLines } from '../../../sidecar/profiles/recentLines';
import { FrameResolver } from '../../../sidecar/sources/frames';

describe('the lines of two chunks of a second each, with 100 samples each', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'introspector-'));
    file = join(folder, 'server.js');
    await writeFile(file, ['function spin() {', '  work();', '  rest();', '}'].join('\n'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** @param ticks line, samples, line, samples … */
  function chunk(ticks: number[], url = pathToFileURL(file).href): Chunk {
    const positionTicks = ticks.flatMap((line, index) =>
      index % 2 === 0 ? [{ line, ticks: ticks[index + 1] ?? 0 }] : [],
    );
    const callFrame = { functionName: 'spin', url, lineNumber: 0, columnNumber: 13 };
    const samples = Array.from({ length: 100 }, () => 2);
    return decodeChunk({ nodes: [{ id: 2, callFrame, positionTicks }], startTime: 0, endTime: 1e6, samples });
  }

  const told = async (...chunks: Chunk[]) => {
    const { windowMs, lines } = await recentLines(chunks, new FrameResolver());
    return { windowMs, lines: lines.map(({ line, selfUs }) => [line, Math.round(selfUs)]) };
  };

  test('are told with their time in both, most first', async () => {
    const lines = [
      [3, 400_000],
      [2, 300_000],
    ];
    expect(await told(chunk([2, 20, 3, 10]), chunk([2, 10, 3, 30]))).toEqual({ windowMs: 2_000, lines });
  });

  test('are told from 1 % of the time on', async () => {
    expect((await told(chunk([2, 1]), chunk([2, 1]))).lines).toEqual([[2, 20_000]]);
    expect((await told(chunk([2, 1]), chunk([]))).lines).toEqual([]);
  });

  test.each([
    ['of Node.js itself', 'node:internal/timers'],
    ['of Introspector', AGENT_SOURCE_URL],
    ['of no file', ''],
  ])('are left out when they are %s', async (_whose, url) => {
    expect((await told(chunk([2, 90], url))).lines).toEqual([]);
  });

  test('are none when there is no chunk', async () => {
    expect(await told()).toEqual({ windowMs: 0, lines: [] });
  });
});

test.each([
  ['nothing', undefined],
  ['a text', 'profile'],
  ['a profile without times', { nodes: [] }],
  ['a profile whose nodes are no functions', { nodes: [{}], startTime: 0, endTime: 1 }],
])('%s from the app is no chunk', (_what, value) => {
  expect(() => decodeChunk(value)).toThrow();
});

describe('a chunk from the app', () => {
  const callFrame = { functionName: 'spin', url: '', lineNumber: 0, columnNumber: 0 };
  /** @param calls each node and whom it calls */
  const chunkOf = (...calls: [number, number[]][]) => ({
    nodes: calls.map(([id, children]) => ({ id, callFrame, children })),
    startTime: 0,
    endTime: 1,
  });

  test('is taken when its nodes are a tree, callers first', () => {
    expect(decodeChunk(chunkOf([1, [2, 3]], [2, []], [3, []])).nodes).toHaveLength(3);
  });

  test.each([
    ['a function that calls itself through another', chunkOf([1, [2]], [2, [1]])],
    ['a node below itself', chunkOf([1, [1]])],
    ['a node below two others', chunkOf([1, [2, 3]], [2, [3]], [3, []])],
    ['a node that is not there', chunkOf([1, [2]])],
    ['two nodes of one number', chunkOf([1, []], [1, []])],
  ])('is refused with %s', (_what, value) => {
    expect(() => decodeChunk(value)).toThrow('its nodes are not a tree');
  });
});
