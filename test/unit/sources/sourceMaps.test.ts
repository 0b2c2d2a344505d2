import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SourceMaps } from '../../../sidecar/sources/sourceMaps';
import { createTempFolder, type TempFolder } from '../../support/vscode/tempFolder';
import { positionOf } from './position';

const SOURCE = [
  'interface Order {',
  '  total: number;',
  '}',
  '',
  'export function sum(orders: Order[]): number {',
  "  return orders.reduce((all, { total }) => all + total, JSON.parse('0'));",
  '}',
  '',
].join('\n');

describe('a position in generated code', () => {
  let temp: TempFolder;
  let folder: string;
  let source: string;
  let generated: string;
  let maps: SourceMaps;
  let round = 0;

  beforeAll(() => {
    temp = createTempFolder('in-maps-');
  });

  afterAll(() => temp.remove());

  beforeEach(() => {
    round += 1;
    folder = temp.folder(String(round));
    source = join(temp.folder(`${round}/src`), 'orders.ts');
    generated = join(temp.folder(`${round}/dist`), 'orders.js');
    writeFileSync(source, SOURCE);
    maps = new SourceMaps();
  });

  async function generate(options: BuildOptions): Promise<void> {
    await build({ entryPoints: [source], outfile: generated, minifySyntax: true, logLevel: 'silent', ...options });
  }

  function writeGenerated(mapUrl: string, map?: unknown): void {
    writeFileSync(generated, `\nJSON.parse('0');\n//# sourceMappingURL=${mapUrl}\n`);
    if (map !== undefined) writeFileSync(`${generated}.map`, typeof map === 'string' ? map : JSON.stringify(map));
  }

  async function original() {
    const { line, column } = positionOf(generated, 'JSON.parse(');
    return maps.original(generated, line, column);
  }

  function expected(content: string | undefined) {
    return { file: source, ...positionOf(source, 'JSON.parse('), content };
  }

  test.each(['linked', 'inline'] as const)('is found by a map that is %s', async sourcemap => {
    await generate({ sourcemap });
    expect(await original()).toEqual(expected(SOURCE));
  });

  test('is found in minified code, where all stands on one line', async () => {
    await generate({ sourcemap: 'linked', minifyWhitespace: true });
    expect(await original()).toEqual(expected(SOURCE));
  });

  test('is found by a map that does not carry the source', async () => {
    await generate({ sourcemap: 'linked', sourcesContent: false });
    expect(await original()).toEqual(expected(undefined));
  });

  test('is found by a map behind the line that keeps browsers from running it', async () => {
    writeGenerated('orders.js.map', `)]}'\n${JSON.stringify(mapOf('../src/orders.ts', SOURCE))}`);
    expect(await original()).toEqual({ file: source, line: 1, column: 1, content: SOURCE });
  });

  test('is found by the last of several comments', async () => {
    await generate({ sourcemap: 'linked', banner: { js: '//# sourceMappingURL=other.js.map' } });
    expect(await original()).toEqual(expected(SOURCE));
  });

  test('is found in the project for a bundler that counts paths from a folder above', async () => {
    writeGenerated('orders.js.map', mapOf('webpack://shop/./src/orders.ts', undefined));
    expect(await original()).toEqual({ file: source, line: 1, column: 1, content: undefined });
  });

  test('is not found when the bundler names a file that is nowhere above', async () => {
    writeGenerated('orders.js.map', mapOf('webpack://shop/./src/none.ts', undefined));
    expect(await original()).toBeUndefined();
  });

  test('is told of a source that does not exist, since whether it can be read is for the reader to see', async () => {
    writeGenerated('orders.js.map', mapOf('../none/orders.ts', undefined));
    expect(await original()).toEqual({ file: join(folder, 'none/orders.ts'), line: 1, column: 1, content: undefined });
  });

  test('is told of a source outside the project', async () => {
    const outside = join(temp.path, '../other/orders.ts');
    writeGenerated('orders.js.map', mapOf(pathToFileURL(outside).href, undefined));
    expect(await original()).toMatchObject({ file: outside });
  });

  test('is not found when its file is not there', async () => {
    expect(await maps.original(join(folder, 'none.js'), 1, 1)).toBeUndefined();
  });

  test('is not found at line 0, as V8 has it for native code', async () => {
    await generate({ sourcemap: 'inline' });
    expect(await maps.original(generated, 0, 0)).toBeUndefined();
  });

  test('is not found by a map that belongs to another version of the source', async () => {
    writeGenerated('orders.js.map', { ...mapOf('../src/orders.ts', 'one line'), mappings: ';AAGA' });
    expect(await original()).toBeUndefined();
  });

  test.each([
    ['that is not there', 'orders.js.map', undefined],
    ['that is empty', 'orders.js.map', ''],
    ['that is no JSON', 'orders.js.map', 'not JSON'],
    ['that is null', 'orders.js.map', 'null'],
    ['that is a list', 'orders.js.map', '[]'],
    ['without mappings', 'orders.js.map', '{"version":3,"sources":["a.ts"]}'],
    ['whose mappings are a number', 'orders.js.map', '{"version":3,"sources":["a.ts"],"mappings":7}'],
    ['whose mappings are lists of words', 'orders.js.map', { ...mapOf('a.ts', ''), mappings: [[], [['a', 'b']]] }],
    ['whose mappings name a source it does not have', 'orders.js.map', { ...mapOf('a.ts', ''), mappings: ';AEAA' }],
    ['that names its source on another machine', 'orders.js.map', mapOf('file://server/share/orders.ts', undefined)],
    ['whose source is no path', 'orders.js.map', mapOf('file:///a%2Fb.ts', undefined)],
    ['whose address is no URL', 'data:,%E0%A4%A', undefined],
    ['that is on the web', 'https://127.0.0.1:1/orders.js.map', undefined],
    ['whose file URL leads to another machine', 'file://server/share/orders.js.map', undefined],
    ['that is a file of the system', pathToFileURL('/etc/hostname').href, undefined],
  ])('is not found by a map %s, and nothing is thrown', async (_what, url, map) => {
    writeGenerated(url, map);
    expect(await original()).toBeUndefined();
  });

  test('is found anew when the code is generated again', async () => {
    await generate({ sourcemap: 'inline' });
    await original();
    writeFileSync(source, `\n\n${SOURCE}`);
    await generate({ sourcemap: 'inline' });
    expect(await original()).toEqual(expected(`\n\n${SOURCE}`));
  });
});

/** Line 2 of the generated code stands for line 1 of the source. */
function mapOf(source: string, content: string | undefined) {
  return {
    version: 3,
    sources: [source],
    ...(content === undefined ? {} : { sourcesContent: [content] }),
    names: [],
    mappings: ';AAAA',
  };
}
