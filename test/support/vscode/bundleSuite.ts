/** Makes of the test files of a suite what VS Code can load. */
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * @param testFiles paths of `*.test.ts` files; each becomes a file of its own, so their names must differ
 * @param outputPath a folder for the bundles, which need nothing around them but the Mocha of this repository
 * @returns the `extensionTestsPath` to run
 */
export async function bundleSuite(testFiles: readonly string[], outputPath: string): Promise<string> {
  const entry = fileURLToPath(new URL('mochaEntry.ts', import.meta.url));
  const named = [entry, ...testFiles].map(path => ({ in: path, out: basename(path, '.ts') }));
  await build({
    entryPoints: named,
    outdir: outputPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The Node of the extension host of VS Code 1.95, the oldest supported.
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode'],
    logLevel: 'warning',
    plugins: [
      {
        name: 'one Mocha for the entry and all test files',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^mocha$/ }, () => ({ path: require.resolve('mocha'), external: true })),
      },
    ],
  });
  return join(outputPath, 'mochaEntry.js');
}
