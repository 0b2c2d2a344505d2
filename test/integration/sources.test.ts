import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Format } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Frame } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

/** Types and comments do not come through the build, so that no line is where it was. */
const SERVER = `
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { slowly } from './work';

const server = createServer((_request, response) => response.end(String(slowly({ durationMs: 1000 }))));
server.listen(0, '127.0.0.1', () => console.log(\`listening on \${(server.address() as AddressInfo).port}\`));
`;
const WORK = `
/** How long. */
export interface Job {
  readonly durationMs: number;
}

export function slowly({ durationMs }: Job): number {
  const endMs: number = Date.now() + durationMs;
  let sum: number = 0;
  // Round and round.
  while (Date.now() < endMs) sum += Math.sqrt(sum + 1); // SLOW: GET /
  return sum;
}
`;

describe('the guilty line of an app that was compiled', () => {
  let folder: string;
  let source: string;
  let sidecar: TestSidecar;
  let app: SampleApp | undefined;

  beforeAll(async () => {
    sidecar = await TestSidecar.start();
  });

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'introspector-')));
    source = join(folder, 'work.ts');
    await writeFile(join(folder, 'server.ts'), SERVER);
    await writeFile(source, WORK);
  });

  afterEach(async () => {
    await app?.stop();
    await rm(folder, { recursive: true });
  });

  afterAll(() => sidecar?.stop());

  /** @returns the bundle's path */
  async function compile(
    sourcemap: boolean | 'inline',
    format: Format = 'cjs',
    sourcesContent = true,
  ): Promise<string> {
    const outfile = join(folder, `dist/server.${format === 'esm' ? 'mjs' : 'cjs'}`);
    const entryPoints = [join(folder, 'server.ts')];
    await build({ entryPoints, outfile, format, sourcemap, sourcesContent, bundle: true, platform: 'node' });
    return outfile;
  }

  async function guiltyFrame(bundle: string, options: AppOptions = {}): Promise<Frame | undefined> {
    app = await SampleApp.start(bundle, options);
    const target = await sidecar.attach({ pid: app.pid }, 200);
    await app.get('/');
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ targetId, state }) => targetId === target.id && state.state === 'finished',
    );
    return value.frames[value.guiltyFrame ?? -1];
  }

  /** Comments do not come through the build, so the line is found by what it does. */
  async function generatedLine(bundle: string): Promise<number> {
    const lines = (await readFile(bundle, 'utf8')).split('\n');
    return lines.findIndex(line => line.includes('Math.sqrt')) + 1;
  }

  describe.each(nodeVersions)('on Node $major', node => {
    test.each<[string, Format, boolean | 'inline']>([
      ['CommonJS with a map beside it', 'cjs', true],
      ['CommonJS with the map inside it', 'cjs', 'inline'],
      ['an ES module with a map beside it', 'esm', true],
    ])('to %s is the original one', async (_what, format, sourcemap) => {
      const bundle = await compile(sourcemap, format);
      const frame = await guiltyFrame(bundle, { node });
      expect(frame).toMatchObject({ file: source, line: markedLine(source, 'SLOW: GET /'), functionName: 'slowly' });
      expect(frame?.sourceLine).toContain('sum += Math.sqrt(sum + 1); // SLOW: GET /');
      expect(frame?.generated).toMatchObject({ file: bundle, line: await generatedLine(bundle) });
    });
  });

  test('is the original one, though the map does not carry the source', async () => {
    const frame = await guiltyFrame(await compile(true, 'cjs', false));
    expect(frame).toMatchObject({ file: source, line: markedLine(source, 'SLOW: GET /') });
    expect(frame?.sourceLine).toContain('// SLOW: GET /');
  });

  test('is the original one when the app itself runs with --enable-source-maps', async () => {
    const frame = await guiltyFrame(await compile(true), { nodeOptions: ['--enable-source-maps'] });
    expect(frame).toMatchObject({ file: source, line: markedLine(source, 'SLOW: GET /') });
  });

  const empty = { version: 3, names: [], mappings: '' };
  test.each<[string, (map: object) => string | undefined]>([
    ['is missing', () => undefined],
    ['is garbage', () => '}{'],
    ['is JSON of another kind', () => '[1, 2]'],
    ['maps nothing', () => JSON.stringify({ ...empty, sources: ['../work.ts'] })],
    [
      'leads to a source that is nowhere',
      map => JSON.stringify({ ...map, sources: ['../a.ts', '../b.ts'], sourcesContent: [] }),
    ],
    ['has mappings that are none', map => JSON.stringify({ ...map, mappings: '%%%' })],
    ['leads behind the end of its source', map => JSON.stringify({ ...map, sourcesContent: ['one line', 'one line'] })],
  ])('is the generated one when the map %s', async (_how, lie) => {
    const bundle = await compile(true);
    const mapFile = `${bundle}.map`;
    const lied = lie(JSON.parse(await readFile(mapFile, 'utf8')) as object);
    if (lied === undefined) await rm(mapFile);
    else await writeFile(mapFile, lied);
    const frame = await guiltyFrame(bundle);
    expect(frame).toMatchObject({ file: bundle, line: await generatedLine(bundle), functionName: 'slowly' });
    expect(frame?.generated).toBeUndefined();
    expect(frame?.sourceLine).toContain('Math.sqrt(sum + 1)');
  });

  test('is the new one after a build that changed the map alone', async () => {
    const before = await guiltyFrame(await compile(true));
    await app?.stop();
    await writeFile(source, `// One line more.\n${WORK}`);
    const after = await guiltyFrame(await compile(true));
    expect(after).toMatchObject({ file: source, line: markedLine(source, 'SLOW: GET /') });
    expect(after?.line).toBe((before?.line ?? 0) + 1);
    expect(after?.generated).toEqual(before?.generated);
  });
});
