import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FrameResolver, type GeneratedFrame, guiltyFrameOf } from '../../../sidecar/sources/frames';
import { createTempFolder, type TempFolder } from '../../support/vscode/tempFolder';
import { frame } from '../samples';
import { positionOf } from './position';

describe('a frame as V8 saw it', () => {
  let temp: TempFolder;
  let source: string;
  let generated: string;

  beforeAll(async () => {
    temp = createTempFolder('in-frames-');
    source = join(temp.folder('src'), 'orders.ts');
    generated = join(temp.folder('dist'), 'orders.js');
    writeFileSync(source, '\n// a comment\nexport const load = (id: number) => fetch(`/orders/` + id);\n');
    await build({ entryPoints: [source], outfile: generated, sourcemap: 'linked', format: 'esm' });
  });

  afterAll(() => temp.remove());

  async function resolved(changes: Partial<GeneratedFrame>) {
    const raw = { functionName: 'load', file: generated, line: 1, column: 1, isAsync: true, ...changes };
    const [first] = await new FrameResolver().resolve([raw]);
    return first;
  }

  test.each(['path', 'URL'])('is shown at its original position, its file given as %s', async form => {
    const at = positionOf(generated, 'fetch');
    const file = form === 'URL' ? pathToFileURL(generated).href : generated;
    expect(await resolved({ file, ...at })).toEqual({
      functionName: 'load',
      file: source,
      ...positionOf(source, 'fetch'),
      origin: 'user',
      isAsync: true,
      sourceLine: 'export const load = (id: number) => fetch(`/orders/` + id);',
      generated: { file: generated, ...at },
    });
  });

  test('keeps its generated position when there is no map, and shows the line there', async () => {
    const found = await resolved({ file: source, line: 2, column: 4 });
    expect(found).toMatchObject({ file: source, line: 2, column: 4, sourceLine: '// a comment' });
    expect(found).not.toHaveProperty('generated');
  });

  test('keeps its generated position when the map leads to a source nobody can see', async () => {
    const file = join(temp.path, 'gone.js');
    const map = { version: 3, sources: ['gone.ts'], names: [], mappings: 'AAAA' };
    writeFileSync(
      file,
      `load();\n//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(map))}`,
    );
    const found = await resolved({ file });
    expect(found).toMatchObject({ file, line: 1, sourceLine: 'load();' });
    expect(found).not.toHaveProperty('generated');
  });

  test('names its package', async () => {
    const file = join(temp.path, 'node_modules/@koa/router/index.js');
    expect(await resolved({ file })).toMatchObject({ origin: 'package', packageName: '@koa/router' });
  });

  test.each([
    ['node:fs', 'node'],
    ['', 'native'],
    ['evalmachine.<anonymous>', 'native'],
  ])('of %j is left alone', async (file, origin) => {
    expect(await resolved({ file })).toEqual({ functionName: 'load', file, line: 1, column: 1, isAsync: true, origin });
  });
});

describe('the guilty frame', () => {
  const library = frame({ origin: 'package' });
  const node = frame({ origin: 'node' });

  test("is the user's innermost", () => {
    expect(guiltyFrameOf([node, library, frame(), frame()])).toBe(2);
    expect(guiltyFrameOf([frame(), library])).toBe(0);
  });

  test('is one with a line', () => {
    expect(guiltyFrameOf([frame({ line: 0 }), frame({ line: 1 })])).toBe(1);
  });

  test("is not there when no frame is the user's", () => {
    expect(guiltyFrameOf([node, library, frame({ origin: 'native' })])).toBeUndefined();
    expect(guiltyFrameOf([])).toBeUndefined();
  });
});
