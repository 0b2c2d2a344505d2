import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Frame } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';
import { createTempFolder, type TempFolder } from '../support/vscode/tempFolder';

/** Enough types and blank lines that no generated line has the number of its original. */
const SERVER = `
import { createServer, type IncomingMessage } from 'node:http';
import { heavy } from './work/heavy';

interface Options {
  durationMs: number;
}

const options: Options = { durationMs: 600 };

createServer((request: IncomingMessage, response) => {
  response.end(String(request.url === '/heavy' ? heavy(options.durationMs) : 0));
}).listen(0, '127.0.0.1', function (this: { address(): { port: number } }) {
  console.log(\`listening on \${this.address().port}\`);
});
`;

const HEAVY = `
/** Types, comments and blank lines: none of it is in the generated code. */
type Milliseconds = number;


export function heavy(durationMs: Milliseconds): number {
  const end: Milliseconds = performance.now() + durationMs;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1); // SLOW: GET /heavy
  return sum;
}
`;

describe('frames of compiled code', () => {
  let folder: TempFolder;
  let app: SampleApp | undefined;
  let sidecar: TestSidecar;
  let heavyFile: string;

  beforeEach(async () => {
    folder = createTempFolder('sources-');
    heavyFile = join(folder.folder('src/work'), 'heavy.ts');
    writeFileSync(join(folder.path, 'src/server.ts'), SERVER);
    writeFileSync(heavyFile, HEAVY);
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    await sidecar.stop();
    await app?.stop();
    folder.remove();
  });

  /** @returns path of the bundle */
  async function compile(options: BuildOptions, name = 'server.cjs'): Promise<string> {
    const outfile = join(folder.path, 'dist', name);
    await build({
      entryPoints: [join(folder.path, 'src/server.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      ...options,
    });
    return outfile;
  }

  /** @returns the guilty frame of a request that computes */
  async function guiltyFrame(file: string): Promise<Frame | undefined> {
    app = await SampleApp.start(file);
    await sidecar.attach({ pid: app.pid }, 200);
    await app.get('/heavy');
    const ended = ({ url, state }: { url: string; state: { state: string } }) =>
      url === '/heavy' && state.state === 'finished';
    const { value } = await sidecar.waitFor('slowRequest', ended);
    expect(value.cause).toBe('computing');
    return value.frames[value.guiltyFrame ?? -1];
  }

  function original() {
    const sourceLine = expect.stringContaining('// SLOW: GET /heavy');
    return { file: heavyFile, line: markedLine(heavyFile, 'SLOW: GET /heavy'), functionName: 'heavy', sourceLine };
  }

  test('are shown at their original lines by a map beside the bundle', async () => {
    expect(await guiltyFrame(await compile({ sourcemap: 'linked' }))).toMatchObject(original());
  });

  test('are shown at their original lines by a map inside the file, minified to one line', async () => {
    const frame = await guiltyFrame(await compile({ sourcemap: 'inline', minifyWhitespace: true }));
    expect(frame).toMatchObject(original());
  });

  test('are shown at their original lines in ES modules', async () => {
    expect(await guiltyFrame(await compile({ sourcemap: 'linked', format: 'esm' }, 'server.mjs'))).toMatchObject(
      original(),
    );
  });

  test('are found by the content of the map when the sources were not shipped', async () => {
    const file = await compile({ sourcemap: 'linked' });
    const { sourceLine, line } = original();
    folder.folder('gone');
    writeFileSync(heavyFile, '');
    expect(await guiltyFrame(file)).toMatchObject({ line, sourceLine });
  });

  test.each([
    ['is no JSON', () => '{"version":3,'],
    ['is of no known version', (map: object) => JSON.stringify({ ...map, version: 99, mappings: 7 })],
    [
      'leads to a file that does not exist',
      (map: object) => JSON.stringify({ ...map, sources: ['../nowhere.ts'], sourcesContent: [null] }),
    ],
    [
      'leads behind the end of its source',
      (map: object) => JSON.stringify({ ...map, sourcesContent: ['// short', '// short'] }),
    ],
    [
      'leads to a folder',
      (map: object) => JSON.stringify({ ...map, sources: ['..', '..'], sourcesContent: [null, null] }),
    ],
    ['is gone', undefined],
  ])('keep their generated position when the map %s', async (_, lie) => {
    const file = await compile({ sourcemap: 'linked' });
    const mapFile = `${file}.map`;
    const map = JSON.parse(readFileSync(mapFile, 'utf8'));
    writeFileSync(mapFile, lie?.(map) ?? '');
    const frame = await guiltyFrame(file);
    expect(frame).toMatchObject({ file, functionName: 'heavy', sourceLine: expect.stringContaining('Math.sqrt') });
    expect(readFileSync(file, 'utf8').split('\n')[(frame?.line ?? 0) - 1]).toContain('Math.sqrt');
  });

  test('of an app that was built again and restarted are shown by the new map', async () => {
    expect(await guiltyFrame(await compile({ sourcemap: 'linked' }))).toMatchObject(original());
    await app?.stop();
    writeFileSync(heavyFile, `\n\n\n${HEAVY}`);
    mkdirSync(join(folder.path, 'dist'), { recursive: true });
    sidecar.received.length = 0;
    expect(await guiltyFrame(await compile({ sourcemap: 'linked' }))).toMatchObject(original());
  });
});
