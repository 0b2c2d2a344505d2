/** `introspector/timebox` as applications get it: the packed package, on each Node.js, for `require` and `import`. */
import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { beyond } from '../apps/timebox/beyond.mjs';
import { rules } from '../apps/timebox/rules.mjs';
import { InstalledPackage } from '../support/installedPackage';
import { nodeVersion, nodeVersions } from '../support/nodeVersions';

const root = fileURLToPath(new URL('../..', import.meta.url));
const result = z.object({ name: z.string(), problem: z.string().nullable() });
const growth = z.object({ threads: z.number(), heapBytes: z.number() });
/** Far below one small object for each of 10,000 boxes. */
const HEAP_GROWTH_BYTES = 600_000;

const cases = Object.keys({ ...rules({}, 'mjs'), ...beyond({}) });
let installed: InstalledPackage;

beforeAll(async () => {
  installed = await InstalledPackage.install('test/apps/timebox');
});
afterAll(() => installed?.remove());

/** @returns what came of each case */
async function runCases(executable: string, format: string): Promise<Map<string, string | null>> {
  const lines = (await installed.run(executable, [`main.${format}`])).trimEnd().split('\n');
  return new Map(lines.map(line => result.parse(JSON.parse(line))).map(({ name, problem }) => [name, problem]));
}

describe.each(nodeVersions)('on Node $major', ({ executable }) => {
  const problems = new Map<string, Map<string, string | null>>();

  beforeAll(async () => {
    // Together, since they wait most of the time.
    await Promise.all(['cjs', 'mjs'].map(async format => problems.set(format, await runCases(executable, format))));
  });

  describe.each(['cjs', 'mjs'])('as a module in %s', format => {
    test.each(cases)('%s', name => {
      expect(problems.get(format)?.get(name)).toBeNull();
    });
  });

  test.each(['', 'hooks'])('interrupts in every kind of callback leave async ids and context whole %s', async hooks => {
    expect(await installed.run(executable, ['hazards.cjs', hooks])).toBe('went on\n');
  });
});

test.each([20, 22, 24, 26])('10,000 boxes leak no thread and no memory on Node %i', async major => {
  const program = ['--expose-gc', 'leaks.cjs'];
  const { threads, heapBytes } = growth.parse(JSON.parse(await installed.run(nodeVersion(major).executable, program)));
  expect(threads).toBeLessThanOrEqual(0);
  expect(heapBytes).toBeLessThan(HEAP_GROWTH_BYTES);
});

test('the same interrupt without a box ends the process, which is why boxes repair what they leave', async () => {
  await expect(installed.run(nodeVersion(24).executable, ['hazards.cjs', 'plain'])).rejects.toThrow(/corrupted/);
});

test('where the inspector is denied, and with it the repair, a process survives interrupts', async () => {
  const flags = ['--permission', `--allow-fs-read=${installed.folder}`];
  expect(await installed.run(nodeVersion(24).executable, [...flags, 'hazards.cjs', 'alive'])).toBe('went on\n');
});

describe('the package', () => {
  test('has all that its programs and exports need, and nothing of how it was made', () => {
    expect(installed.files).toEqual(
      expect.arrayContaining([
        'dist/agent.js',
        'dist/extension.js',
        'dist/replayPreload.cjs',
        'dist/sidecar.mjs',
        'dist/timebox/timebox.d.mts',
        'dist/timebox/timebox.d.ts',
        'dist/timebox/timebox.js',
        'dist/timebox/timebox.mjs',
        'package.json',
      ]),
    );
    expect(installed.files.filter(path => /^(test|sidecar|extension|node_modules)\//.test(path))).toEqual([]);
  });

  test('gives require and import the same classes, so that both know the errors of each other', async () => {
    const code =
      "import('introspector/timebox').then(m => console.log(m.Quota === require('introspector/timebox').Quota, require('introspector/package.json').name))";
    expect(await installed.run(nodeVersion(20).executable, ['-e', code])).toBe('true introspector\n');
  });

  test('is understood by TypeScript in both kinds of modules', async () => {
    const files = ['types.mts', 'types.cts'];
    for (const file of files) await cp(join(installed.folder, 'types.ts'), join(installed.folder, file));
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    await writeFile(join(installed.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [compiler, '-p', installed.folder]).catch(({ stdout }) => {
      throw new Error(stdout);
    });
  });
});
