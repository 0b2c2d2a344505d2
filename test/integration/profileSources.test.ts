import { readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { profileOneOfTwenty } from '../support/profiles';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const sources = fileURLToPath(new URL('../apps/profiled/typed', import.meta.url));
const server = join(sources, 'server.ts');
const work = join(sources, 'work.ts');

let folder: string;

beforeAll(async () => {
  // Below the sources' folder they would be taken for the project's own.
  folder = await realpath(await mkdtemp(join(tmpdir(), 'introspector-')));
});

afterAll(() => rm(folder, { recursive: true }));

/** @returns the script to run */
type Compile = (name: string) => Promise<string>;

const byTypeScript: Compile = async name => {
  const outDir = join(folder, name);
  const options: ts.CompilerOptions = {
    outDir,
    rootDir: sources,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    sourceMap: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(dirname(createRequire(import.meta.url).resolve('@types/node/package.json')), '..')],
  };
  ts.createProgram([server], options).emit();
  await writeFile(join(outDir, 'package.json'), '{ "type": "commonjs" }');
  return join(outDir, 'server.js');
};

const bundled =
  (options: BuildOptions): Compile =>
  async name => {
    const outfile = join(folder, name, 'server.cjs');
    await build({
      entryPoints: [server],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node18',
      sourcemap: true,
      ...options,
    });
    return outfile;
  };

const ways: [string, Compile][] = [
  ['compiled by TypeScript', byTypeScript],
  ['bundled by esbuild', bundled({})],
  ['bundled by esbuild and minified', bundled({ minify: true })],
  ['bundled by esbuild and minified, its map inside', bundled({ minify: true, sourcemap: 'inline' })],
];

describe.each(nodeVersions)('the profile of an app on Node $major', node => {
  test.each(ways)('%s has the names and lines of its sources', async (way, compile) => {
    const script = await compile(`${way.replaceAll(/\W+/g, '-')}-${node.major}`);
    const app = await SampleApp.start(script, { node });
    const sidecar = await TestSidecar.start();
    try {
      await sidecar.attach({ pid: app.pid }, 60_000);
      const { info, graph, own } = await profileOneOfTwenty(app, sidecar);
      for (const name of ['alpha', 'beta', 'gamma', 'waitLong'] as const) {
        const ms = graph.wallMs(name);
        expect(Math.abs(ms - own[name]), `${name}: ${ms} ms, ${own[name]} ms`).toBeLessThan(0.1 * own[name]);
      }
      expect(graph.names).not.toContain('innocent');
      expect(Math.abs(graph.widthMs - info.durationMs)).toBeLessThan(0.02 * info.durationMs);
      const found = (name: string) => graph.frames.find(frame => frame.name === name);
      expect(found('alpha')).toMatchObject({ file: work, line: lineOf(work, 'export function alpha') });
      expect(found('mixed')).toMatchObject({ file: server, line: lineOf(server, 'async function mixed') });
      const wait = markedLine(server, 'WAIT: long');
      expect(found('waitLong')?.file).toBe(server);
      expect([wait, wait - 2]).toContain(found('waitLong')?.line);
      const { lines } = await sidecar.request('profileLines', { profileId: info.id });
      expect(lines[0]).toMatchObject({ file: work });
    } finally {
      await sidecar.stop();
      await app.stop();
    }
  });
});

function lineOf(file: string, text: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex(line => line.includes(text)) + 1
  );
}
