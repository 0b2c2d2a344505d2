import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeProcess } from '../../../sidecar/targets/processTable';
import { earliestStart, newestSuccessor, type Predecessor, predecessor } from '../../../sidecar/watch/successor';

const STARTED_AT_MS = 1_000_000;
const ENDED_AT_MS = 2_000_000;
/** What started at most 2 s before the end counts as started after it. */
const EARLIEST_MS = ENDED_AT_MS - 2_000;
/** No process has these numbers, so that the real process table says nothing about them. */
const PID = 2 ** 30;

describe('the successor of a process', () => {
  let folder: string;
  let before: Predecessor;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'introspector-successor-')));
    mkdirSync(join(folder, 'real'));
    for (const name of ['app.js', 'other.js']) writeFileSync(join(folder, 'real', name), '');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const workingDirectory = join(folder, 'real');
    const process = { ...started(0, ['app.js']), startedAtMs: STARTED_AT_MS };
    before = await predecessor(process, { script: join(workingDirectory, 'app.js'), workingDirectory });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** @returns a process that started as many milliseconds after the earliest time */
  function started(afterMs: number, args: string[], script = args.at(-1), workingDirectory = join(folder, 'real')) {
    const process: NodeProcess = {
      pid: PID + afterMs,
      script: script ?? '',
      commandLine: ['/usr/bin/node', ...args],
      listeningPorts: [],
      workingDirectory,
      startedAtMs: EARLIEST_MS + afterMs,
    };
    if (script !== undefined) process.scriptPath = join(workingDirectory, script);
    return process;
  }

  async function successor(...processes: NodeProcess[]): Promise<number | undefined> {
    const found = await newestSuccessor(before, earliestStart(before, ENDED_AT_MS), processes);
    return found && found.pid - PID;
  }

  test('runs the same script in the same folder', async () => {
    expect(await successor(started(5, ['app.js']))).toBe(5);
    expect(await successor(started(5, ['other.js']))).toBeUndefined();
    expect(await successor(started(5, ['../real/app.js'], '../real/app.js', folder))).toBeUndefined();
  });

  test('is the same by whatever link it is started', async () => {
    expect(await successor(started(5, ['app.js'], 'app.js', join(folder, 'link')))).toBe(5);
  });

  test('is not the copy that a replay makes of the app', async () => {
    const asCopy = (environment: NodeJS.ProcessEnv) =>
      spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
        env: environment,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    const copy = asCopy({ INTROSPECTOR_REPLAY: 'some-id' });
    const successorItself = asCopy({});
    try {
      await Promise.all([once(copy, 'spawn'), once(successorItself, 'spawn')]);
      const { pid: copyPid = 0 } = copy;
      const { pid = 0 } = successorItself;
      expect(await successor({ ...started(5, ['app.js']), pid: copyPid })).toBeUndefined();
      expect(await successor({ ...started(5, ['app.js']), pid })).toBe(pid - PID);
    } finally {
      copy.stdin.end();
      successorItself.stdin.end();
      await Promise.all([once(copy, 'exit'), once(successorItself, 'exit')]);
    }
  });

  test('is the newest of several', async () => {
    expect(await successor(started(5, ['app.js']), started(7, ['app.js']), started(6, ['app.js']))).toBe(7);
  });

  test('has started when the one before had ended, by clocks that tell full seconds', async () => {
    expect(await successor(started(-1, ['app.js']))).toBeUndefined();
    expect(await successor(started(1, ['app.js']))).toBe(1);
  });

  test('is not the process itself, as long as its exit status is there, nor one that started first', async () => {
    expect(await successor(started(0, ['app.js']))).toBeUndefined();
    expect(earliestStart(before, STARTED_AT_MS)).toBe(STARTED_AT_MS + 1);
  });

  test.each([['--watch'], ['--watch-path=./src'], ['--watch-path']])(
    'is not the node %s that starts it',
    async option => {
      expect(await successor(started(5, [option, 'app.js']))).toBeUndefined();
      expect(await successor(started(5, ['app.js', option], 'app.js'))).toBe(5);
    },
  );

  test('is known by its title when it hides its script', async () => {
    const title = (afterMs: number, text: string): NodeProcess => {
      const { scriptPath: _hidden, ...process } = started(afterMs, []);
      return { ...process, script: text, commandLine: [text] };
    };
    const { workingDirectory = '' } = title(0, '');
    const titled = await predecessor(title(0, 'shop'), { script: join(workingDirectory, 'app.js'), workingDirectory });
    const find = (process: NodeProcess) => newestSuccessor(titled, EARLIEST_MS, [process]);
    expect(await find(title(5, 'shop'))).toMatchObject({ pid: PID + 5 });
    expect(await find(title(5, 'stock'))).toBeUndefined();
    // Before it gives itself the title.
    expect(await find(started(5, ['app.js']))).toMatchObject({ pid: PID + 5 });
  });
});
