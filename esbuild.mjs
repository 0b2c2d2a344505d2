// Builds what ships into dist/. `--watch` rebuilds on every change, `--production` leaves out what only helps debugging.
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const root = fileURLToPath(new URL('.', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  platform: 'node',
  minify: production,
  sourcemap: !production,
};

/** @type {import('esbuild').BuildOptions[]} */
const outputs = [
  {
    ...common,
    entryPoints: ['extension/extension.ts'],
    outfile: 'dist/extension.js',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  },
  {
    ...common,
    entryPoints: ['sidecar/main.ts'],
    outfile: 'dist/sidecar.mjs',
    format: 'esm',
    target: 'node20',
    banner: {
      // CommonJS packages inside an ES module bundle ask for Node's built-ins by `require`.
      js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  },
  {
    // One expression, evaluated inside the app: it must leave no name behind and run on Node 18.
    ...common,
    entryPoints: ['sidecar/agent/agent.ts'],
    outfile: 'dist/agent.js',
    format: 'iife',
    globalName: 'introspectorAgent',
    target: 'node18',
    // Stays readable: its frames may show in the app's own stacks.
    minify: false,
    sourcemap: false,
    banner: { js: '(() => {' },
    footer: { js: 'return introspectorAgent.install;\n})()' },
  },
];

await rm(new URL('dist', import.meta.url), { recursive: true, force: true });
// ps-list asks these programs for the processes on Windows.
await cp(new URL('node_modules/ps-list/vendor', import.meta.url), new URL('dist/vendor', import.meta.url), {
  recursive: true,
});
if (watch) {
  for (const output of outputs) await (await esbuild.context({ ...output, logLevel: 'info' })).watch();
} else {
  await Promise.all(outputs.map(output => esbuild.build(output)));
}
