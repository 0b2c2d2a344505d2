// Builds what ships into dist/. `--watch` rebuilds on every change, `--production` leaves out what only helps debugging.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const root = fileURLToPath(new URL('.', import.meta.url));

/** pdfkit's build for Node.js looks for its fonts on disk; the one for browsers is given them. */
const pdfkitWithoutFiles = {
  name: 'pdfkit without files',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    const path = `${root}node_modules/pdfkit/js/pdfkit.browser.mjs`;
    build.onResolve({ filter: /^pdfkit$/ }, () => ({ path }));
  },
};

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
    // Apart from the extension, which loads it when it is wanted: TypeScript's parser is many times its size.
    ...common,
    entryPoints: ['extension/timebox/refactoring/timeboxEdit.ts'],
    outfile: 'dist/timeboxRefactoring.js',
    format: 'cjs',
    target: 'node20',
    // Readable, it would be 9 MB, and as much again for its map.
    minify: true,
    sourcemap: false,
  },
  {
    ...common,
    entryPoints: ['sidecar/main.ts'],
    outfile: 'dist/sidecar.mjs',
    format: 'esm',
    target: 'node20',
    plugins: [pdfkitWithoutFiles],
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
  {
    // Required by each process of an app's copy; runs on Node 18, too.
    ...common,
    entryPoints: ['sidecar/replay/preload/preload.ts'],
    outfile: 'dist/replayPreload.cjs',
    format: 'cjs',
    target: 'node18',
    sourcemap: false,
  },
  {
    // Imported by applications. One build for `require` and `import`: boxes of both must know of each other.
    ...common,
    entryPoints: ['sidecar/timebox/timebox.ts'],
    outfile: 'dist/timebox/timebox.js',
    format: 'cjs',
    target: 'node18',
    // Its frames are in the app's own stacks.
    minify: false,
    sourcemap: false,
  },
  {
    ...common,
    entryPoints: ['media/flame/page.ts'],
    outfile: 'dist/flame/page.js',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    // It is put into exported files, too.
    sourcemap: false,
  },
];

/** The ES module over the CommonJS build of the timebox, and types for both. */
async function describeTimebox() {
  const names = '{ EndedError, Quota, StateError, TimeboxError, timebox, timeboxed }';
  const types = '{ Box, ErrorClass, ErrorFactory, ErrorSource, TimeboxFacts }';
  const folder = new URL('dist/timebox/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL('timebox.mjs', folder),
    `import timeboxModule from './timebox.js';\n\nexport const ${names} = timeboxModule;\n`,
  );
  await writeFile(
    new URL('timebox.d.mts', folder),
    `export ${names} from './timebox.js';\nexport type ${types} from './timebox.js';\n`,
  );
  await promisify(execFile)(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', 'sidecar/timebox'], {
    cwd: root,
  });
}

await rm(new URL('dist', import.meta.url), { recursive: true, force: true });
// ps-list asks these programs for the processes on Windows.
await cp(new URL('node_modules/ps-list/vendor', import.meta.url), new URL('dist/vendor', import.meta.url), {
  recursive: true,
});
await mkdir(new URL('dist/flame', import.meta.url), { recursive: true });
const media = new URL('media/flame/', import.meta.url);
for (const name of ['page.html', 'page.css', 'export.html']) {
  await cp(new URL(name, media), new URL(`dist/flame/${name}`, import.meta.url));
}
// The names in speedscope's release carry hashes.
const release = new URL('node_modules/speedscope/dist/release/', import.meta.url);
for (const name of await readdir(release)) {
  const extension = /^speedscope-\w+(?<extension>\.js|\.css)$/.exec(name)?.groups?.extension;
  if (extension) await cp(new URL(name, release), new URL(`dist/flame/speedscope${extension}`, import.meta.url));
}
if (watch) {
  await describeTimebox();
  for (const output of outputs) await (await esbuild.context({ ...output, logLevel: 'info' })).watch();
} else {
  await Promise.all([describeTimebox(), ...outputs.map(output => esbuild.build(output))]);
}
