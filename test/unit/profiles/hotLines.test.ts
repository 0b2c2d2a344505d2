import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FrameTable } from '../../../sidecar/profiles/frameTable';
import { hotLines } from '../../../sidecar/profiles/hotLines';
import { FrameResolver } from '../../../sidecar/sources/frames';
import { rawProfile } from './profiles';

describe('the hot lines of a function that begins on line 2 of a file of 4 lines', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'introspector-'));
    file = join(folder, 'server.js');
    await writeFile(file, ['// head', 'function spin() {', '  work();', '}'].join('\n'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** @param lineTicks line, samples, line, samples … as V8 counts them */
  async function linesOf(lineTicks: number[]): Promise<[number, number][]> {
    const spin = { functionName: 'spin', file: pathToFileURL(file).href, line: 2, column: 14, parent: -1, lineTicks };
    const resolver = new FrameResolver();
    const raw = rawProfile({ nodes: [spin] });
    const piece = { kind: 'computing', sample: 0, startUs: 0, endUs: 1_000 } as const;
    const lines = await hotLines(raw, [piece], new FrameTable(resolver), resolver);
    return lines.map(({ line, selfUs }) => [line, selfUs]);
  }

  test('share out its own time as V8 has counted its lines', async () => {
    expect(await linesOf([3, 8, 2, 2])).toEqual([
      [3, 800],
      [2, 200],
    ]);
  });

  test.each([
    ['before its beginning', 1],
    ['behind the end of the file', 5],
    ['far behind the end of the file', 139],
  ])('take what V8 counts %s, a line of code put into it, for its first line', async (_where, line) => {
    expect(await linesOf([line, 6, 3, 4])).toEqual([
      [2, 600],
      [3, 400],
    ]);
  });

  test('take the last line of the file as it is', async () => {
    expect(await linesOf([4, 1])).toEqual([[4, 1_000]]);
  });
});
