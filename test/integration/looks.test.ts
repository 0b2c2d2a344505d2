/** What a slow request did while it ran, and which group it belongs to. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

let sidecar: TestSidecar;
let app: SampleApp | undefined;

beforeEach(async () => {
  sidecar = await TestSidecar.start();
});

afterEach(async () => {
  await sidecar.stop();
  await app?.stop();
});

async function watch(file = 'causes/server.js', thresholdMs = 300, hungMs = 25_000): Promise<SampleApp> {
  app = await SampleApp.start(file, { cwd: file.startsWith('/') ? join(file, '..') : undefined });
  await sidecar.attach({ pid: app.pid }, thresholdMs, { hungMs });
  return app;
}

const ended = (path: string) =>
  eventually(`the end of ${path}`, () =>
    sidecar.slowRequests(path).findLast(({ state }) => state.state === 'finished'),
  );

test('a request that waits is looked at every second, and what stays the same is told once', async () => {
  const running = await watch();
  await running.get('/timer');
  const { looks, lookShares } = await ended('/timer');
  expect(looks).toHaveLength(1);
  // A request of 3 s over a threshold of 300 ms.
  expect(looks[0]).toMatchObject({
    cause: 'waiting',
    count: 3,
    frame: { line: markedLine(running.file, 'SLOW: GET /timer') },
  });
  expect(looks[0]?.sameForMs).toBeGreaterThan(1_500);
  expect(lookShares).toMatchObject([{ share: 1, looks: 3 }]);
});

test('a request that computes first and then waits is told to have done both', async () => {
  const running = await watch();
  await running.get('/both');
  const { looks, lookShares } = await ended('/both');
  expect(looks.map(({ cause }) => cause)).toEqual(['computing', 'waiting']);
  expect(looks[0]?.frame?.line).toBe(markedLine(running.file, 'SLOW: GET /loop'));
  expect(looks[1]?.frame?.line).toBe(markedLine(running.file, 'SLOW: GET /both'));
  expect(lookShares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('a request that takes very long is hung, which is told at once', async () => {
  const running = await watch('causes/server.js', 300, 1_000);
  const answer = running.get('/timer');
  const levelIs = (level: 'slow' | 'hung') => sidecar.waitFor('slowRequest', request => request.level === level);
  const slow = (await levelIs('slow')).value;
  const hung = (await levelIs('hung')).value;
  expect(hung.id).toBe(slow.id);
  expect(slow.durationMs).toBeLessThan(1_000);
  expect(hung.durationMs).toBeGreaterThanOrEqual(1_000);
  expect(hung.state.state).toBe('running');
  await answer;
  const { text } = await sidecar.request('report', { slowRequestId: hung.id, format: 'text' });
  expect(text).toMatch(/^Hung request: GET \/timer/);
  await eventually('the end', async () => {
    const { text: atEnd } = await sidecar.request('report', { slowRequestId: hung.id, format: 'text' });
    return /\nEnded +answered 200 after [\d,]+ ms$/.test(atEnd);
  });
});

test('a request is told who else was in flight', async () => {
  const running = await watch();
  const others = ['/timers-promises', '/pool'].map(path => running.get(path));
  await running.get('/timer');
  const { others: told } = await ended('/timer');
  expect(told.count).toBe(2);
  expect(told.shown.map(({ route }) => route).sort()).toEqual(['/pool', '/timers-promises']);
  await Promise.all(others);
});

test('thirty requests that are slow for one reason are one group', async () => {
  const running = await watch('causes/server.js', 150);
  await Promise.all(Array.from({ length: 30 }, () => running.get('/short-timer')));
  const counted = await sidecar.waitFor(
    'requestGroup',
    ({ count, running: inFlight }) => count === 30 && inFlight === 0,
  );
  expect(counted.value).toMatchObject({ method: 'GET', route: '/short-timer', cause: 'waiting' });
  expect(new Set(sidecar.slowRequests('/short-timer').map(({ groupId }) => groupId))).toEqual(
    new Set([counted.value.id]),
  );
});

test('a group is the same after a restart with lines added above', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'introspector-groups-'));
  const file = join(folder, 'server.js');
  try {
    await cp(new URL('../apps/causes/server.js', import.meta.url), file);
    const ids: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const running = await watch(file, 150);
      await running.get('/short-timer');
      ids.push((await ended('/short-timer')).groupId);
      await running.stop();
      await writeFile(file, `// one line\n// and another\n${await readFile(file, 'utf8')}`);
    }
    expect(ids[1]).toBe(ids[0]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
