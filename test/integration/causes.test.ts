import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 500;

describe.each(nodeVersions)('on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  beforeAll(async () => {
    app = await SampleApp.start('causes/server.js', { node });
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
  });

  afterAll(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  /** Sends a request; the report must be there, with the marked line, before the answer is. */
  async function reportedWhileRunning(path: string): Promise<SlowRequest> {
    let answeredAtMs = 0;
    const answer = app.get(path).then(() => {
      answeredAtMs = performance.now();
    });
    const report = await sidecar.waitFor(
      'slowRequest',
      ({ url, state, guiltyFrame }) => url === path && state.state === 'running' && guiltyFrame !== undefined,
    );
    expect(answeredAtMs).toBe(0);
    await answer;
    expect(report.atMs).toBeLessThan(answeredAtMs);
    expect(guiltyLine(report.value)).toEqual({ file: app.file, line: markedLine(app.file, `SLOW: GET ${path}`) });
    return report.value;
  }

  test.each(['/loop', '/regexp'])('reports the line that computes in GET %s while it computes', async path => {
    const report = await reportedWhileRunning(path);
    expect(report.cause).toBe('computing');
    expect(report.time.computingMs).toBeGreaterThan(report.durationMs * 0.8);
    const ended = await sidecar.waitFor(
      'slowRequest',
      ({ id, state }) => id === report.id && state.state === 'finished',
    );
    expect(ended.value.time.computingMs).toBeGreaterThan(ended.value.durationMs * 0.8);
    expect(ended.value.longestBlockMs).toBeGreaterThan(ended.value.durationMs * 0.5);
  });

  test('reports the line that waits, and for what, while it waits', async () => {
    const kinds = {
      '/timer': ['timer', /^timer of 3,000 ms$/],
      '/timers-promises': ['timer', /^timer of 3,000 ms$/],
      '/socket': ['socket', /^data from 127\.0\.0\.1:\d+$/],
      '/pool': ['socket', /^data from 127\.0\.0\.1:\d+$/],
      '/http': ['http', /^GET http:\/\/127\.0\.0\.1:\d+\/stock\?token=\[redacted\]$/],
      '/fetch': ['http', /^GET http:\/\/127\.0\.0\.1:\d+\/stock$/],
      '/child': ['child process', /^child process sleep \(pid \d+\)$/],
      '/fs': ['file system', /^fs\.readFile$/],
      '/crypto': ['crypto', /^crypto\.pbkdf2$/],
    } as const;
    await Promise.all(
      Object.entries(kinds).map(async ([path, [kind, label]]) => {
        const report = await reportedWhileRunning(path);
        expect(report.cause, path).toBe('waiting');
        expect(report.wait, path).toMatchObject({ kind, label: expect.stringMatching(label) });
        expect(report.time.waitingMs, path).toBeGreaterThan(report.durationMs * 0.5);
      }),
    );
  });

  test('names a native call that blocked the loop when it returns, and says so', async () => {
    await app.get('/child-sync');
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ url, state }) => url === '/child-sync' && state.state === 'finished',
    );
    expect(value.cause).toBe('computing');
    expect(guiltyLine(value)).toEqual({ file: app.file, line: markedLine(app.file, 'SLOW: GET /child-sync') });
    expect(value.notes).toEqual([expect.stringContaining('native call')]);
  });

  test('says that it cannot see what a request waits for when no operation is pending', async () => {
    const answer = app.get('/lock');
    const { value } = await sidecar.waitFor('slowRequest', ({ url }) => url === '/lock');
    expect(value.cause).toBe('waiting');
    expect(value.wait).toBeUndefined();
    expect(value.notes).toEqual([expect.stringContaining('a lock, a pool, a queue or the work of another request')]);
    await app.get('/unlock');
    await answer;
  });
});

function guiltyLine({ frames, guiltyFrame }: SlowRequest): { file?: string; line?: number } {
  const { file, line } = frames[guiltyFrame ?? -1] ?? {};
  return { file, line };
}
