import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { offencesIn } from './regexpOffences';

/** The agent as esbuild.mjs makes it. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: ['sidecar/agent/agent.ts'],
    absWorkingDir: process.cwd(),
    bundle: true,
    write: false,
    metafile: true,
    outfile: 'agent.js',
    platform: 'node',
    format: 'iife',
    globalName: 'introspectorAgent',
    target: 'node18',
    banner: { js: '(() => {' },
    footer: { js: 'return introspectorAgent.install;\n})()' },
  });
  return { source: outputFiles[0]?.text ?? '', metafile };
}

describe('the bundled agent', () => {
  let agent: Awaited<ReturnType<typeof bundle>>;

  beforeAll(async () => {
    agent = await bundle();
  });

  test('matches no regular expression: it may run in the middle of a match of the app, which would crash the app', () => {
    expect(offencesIn(agent.source)).toEqual([]);
  });

  test('is one expression', () => {
    const { statements } = ts.createSourceFile('agent.js', agent.source, ts.ScriptTarget.ES2022);
    expect(statements.map(({ kind }) => ts.SyntaxKind[kind])).toEqual(['ExpressionStatement']);
  });

  test('is made of its own folder alone and imports nothing', () => {
    const inputs = Object.keys(agent.metafile.inputs);
    expect(inputs).toContain('sidecar/agent/stacks.ts');
    expect(inputs.filter(file => !file.startsWith('sidecar/agent/'))).toEqual([]);
    expect(Object.values(agent.metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(agent.source).not.toMatch(/\b(?:import|require)\s*\(/);
  });

  test('gives `install` and leaves no name behind', () => {
    const context = { console };
    expect(runInNewContext(agent.source, context)).toBeTypeOf('function');
    expect(Object.keys(context)).toEqual(['console']);
  });

  /** @param stderr where the app's standard error goes */
  function writeLog(line: string, stderr: 'pipe' | number) {
    const settings = {
      policy: { thresholdMs: 1_000, routes: [], redactNames: [] },
      abandonedAfterMs: 60_000,
      ownsInspector: false,
      profiling: { token: 'token', idPrefix: 'p', samplingIntervalUs: 1_000, maxDurationMs: 600_000 },
    };
    const app = `const agent = (${agent.source.trim().replace(/;$/, '')})(require, ${JSON.stringify(settings)});
      console.log(agent.writeLog(${JSON.stringify(line)}));`;
    // Not as an argument: Linux takes none of 128 kB.
    const stdio = ['pipe' as const, 'pipe' as const, stderr];
    const ended = spawnSync(process.execPath, ['-'], { input: app, stdio, encoding: 'utf8' });
    return { answer: ended.stdout.trim(), stderr: ended.stderr, status: ended.status };
  }

  test.each([
    ['level=warn msg="slow request"', 'level=warn msg="slow request"'],
    ['a\nb\u001b[31m', 'a?b?[31m'],
    ['x'.repeat(4_000), 'x'.repeat(4_000)],
    ['x'.repeat(4_001), 'x'.repeat(4_000)],
  ])('writes one line to standard error: %j', (line, written) => {
    expect(writeLog(line, 'pipe')).toEqual({ answer: 'true', stderr: `${written}\n`, status: 0 });
  });

  test.skipIf(!existsSync('/dev/full'))('says that it could not write, and the app goes on', () => {
    const full = openSync('/dev/full', 'w');
    expect(writeLog('a', full)).toMatchObject({ answer: 'false', status: 0 });
    closeSync(full);
  });

  test('takes all its hooks out of this process again', () => {
    const load = createRequire(import.meta.url);
    const { ClientRequest } = load('node:http');
    const { end } = ClientRequest.prototype;
    const install = runInNewContext(agent.source, { process, setInterval, clearInterval, setImmediate, Error, Buffer });
    const installed = install(load, {
      policy: { thresholdMs: 1_000, routes: [], redactNames: [] },
      abandonedAfterMs: 60_000,
      ownsInspector: false,
      profiling: { token: 'token', idPrefix: 'p', samplingIntervalUs: 1_000, maxDurationMs: 600_000 },
    });
    const states: { name: string; state: string }[] = JSON.parse(installed.hookStates());
    expect(ClientRequest.prototype.end).not.toBe(end);
    const { undone, kept } = JSON.parse(installed.uninstall());
    const hooked = states.filter(({ state }) => state === 'installed').map(({ name }) => name);
    expect(undone.sort()).toEqual(hooked.sort());
    expect(kept).toEqual([]);
    expect(ClientRequest.prototype.end).toBe(end);
  });
});

describe('the search for regular expressions finds', () => {
  test.each([
    ['a literal', 'const a = /x/;'],
    ['a construction', 'const a = new RegExp("x");'],
    ['a construction without `new`', 'const a = RegExp("x");'],
    ['a construction by way of an object', 'const a = new globalThis.RegExp("x");'],
    ['a match', '"x".match("y");'],
    ['all matches', '"x".matchAll("y");'],
    ['a search', '"x".search("y");'],
    ['an optional match', 'a?.match?.(b);'],
    ['a match by a computed name', 'a["match"](b);'],
    ['a test of a pattern that came from elsewhere', 'pattern.test("x");'],
    ['an execution of a pattern that came from elsewhere', 'pattern.exec("x");'],
  ])('%s', (_what, source) => {
    expect(offencesIn(source)).toHaveLength(1);
  });

  test('nothing in the harmless uses of RegExp', () => {
    expect(offencesIn('String(pattern); pattern instanceof RegExp; types.isRegExp(pattern); a / b / c;')).toEqual([]);
  });
});
