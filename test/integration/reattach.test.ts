import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { LineHint, Target } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { nodeVersion } from '../support/nodeVersions';
import { fetchFrom, RestartedApp, type Start } from '../support/restartedApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 200;
/** The aim is 2 s; a machine that is busy with other things gets more. */
const DEADLINE_MS = 10_000;
/** Longer than any successor is left alone. */
const LEFT_ALONE_MS = 2_500;
/** What runs beside a target for so long is known not to be its successor. */
const BESIDE_MS = 2_200;

let app: RestartedApp;
let sidecar: TestSidecar;

async function prepare(major: number): Promise<void> {
  app = new RestartedApp(nodeVersion(major));
  sidecar = await TestSidecar.start();
}

afterEach(async () => {
  await sidecar.stop();
  await app.stop();
});

function byHand(options: Parameters<RestartedApp['run']>[1] = {}) {
  return app.run(['server.js'], options);
}

/** @returns the newest hints of the app's lines */
function hints(): LineHint[] {
  return sidecar.events('lineHints').at(-1)?.value.hints ?? [];
}

async function awaiting({ id, pid }: Target): Promise<void> {
  const { value } = await sidecar.waitFor('targetChanged', ({ target }) => target.state.state === 'awaitingRestart');
  expect(value.target).toMatchObject({ id, pid });
}

/** @returns how long the process had listened when it was watched, in milliseconds */
async function watchedOn({ id }: Target, { pid, atMs }: Start, restarts = 1): Promise<number> {
  const { value, atMs: seenMs } = await eventually(
    `process ${pid} to be watched`,
    () => sidecar.events('targetChanged').find(({ value }) => value.target.pid === pid),
    DEADLINE_MS,
  );
  expect(value.target).toMatchObject({ id, restarts, state: { state: 'watching' } });
  return performance.timeOrigin + seenMs - atMs;
}

/** @returns id of the request to /slow that is reported next */
async function reportedSlow(start: Start, { id }: Target): Promise<string> {
  const before = new Set(sidecar.slowRequests('/slow').map(request => request.id));
  await fetchFrom(start, '/slow');
  const { value } = await sidecar.waitFor(
    'slowRequest',
    request => request.url === '/slow' && request.state.state === 'finished' && !before.has(request.id),
  );
  expect(value.targetId).toBe(id);
  return value.id;
}

interface Restarter {
  first(): unknown;
  again(first: Start): unknown;
}

const restarters: Record<string, Restarter> = {
  'by hand after SIGTERM': {
    first: () => byHand(),
    again: ({ pid }) => {
      process.kill(pid, 'SIGTERM');
      byHand();
    },
  },
  'by hand after SIGKILL': {
    first: () => byHand(),
    again: ({ pid }) => {
      process.kill(pid, 'SIGKILL');
      byHand();
    },
  },
  'by nodemon': { first: () => app.runNodemon(), again: () => app.touch() },
  'by node --watch': { first: () => app.run(['--watch', 'server.js']), again: () => app.touch() },
  'by pm2 in fork mode': {
    first: () => app.pm2(['start', 'server.js', '--name', 'restarted']),
    again: () => app.pm2(['restart', 'restarted']),
  },
  'by pm2 in cluster mode': {
    // Node.js counts on from the port for each worker, which is an error with port 0.
    first: () => app.pm2(['start', 'server.js', '--name', 'restarted', '-i', '1'], { nodeOptions: '' }),
    again: () => app.pm2(['restart', 'restarted']),
  },
};

describe.each([20, 24])('an app on Node %i', major => {
  const measured: string[] = [];

  beforeEach(() => prepare(major));

  afterAll(() => console.log(`Node ${major}, watched after it listened: ${measured.join(', ')}`));

  test.each(Object.entries(restarters))('that is started again %s is watched on', async (how, { first, again }) => {
    await first();
    const before = await app.started(1);
    const target = await sidecar.attachForGood({ pid: before.pid }, THRESHOLD_MS);
    expect(target).toMatchObject({ name: 'server.js', restarts: 0 });
    const old = await reportedSlow(before, target);
    const cut = fetchFrom(before, '/never').catch(() => 'cut');
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === '/never' && state.state === 'running');
    await eventually('the hint of a running request', () => hints().find(({ isRunning }) => isRunning));

    await again(before);
    const after = await app.started(2);
    const tookMs = await watchedOn(target, after);
    measured.push(`${how} ${Math.round(tookMs)} ms`);
    expect(await cut).toBe('cut');

    await awaiting(target);
    expect(sidecar.slowRequests('/never').map(({ state }) => state.state)).toEqual(['unknown']);
    const young = await reportedSlow(after, target);
    expect(young).not.toBe(old);
    for (const slowRequestId of [old, young]) {
      const { text } = await sidecar.request('report', { slowRequestId, format: 'text' });
      expect(text).toContain('GET /slow');
    }
    const line = markedLine(app.file, 'SLOW: GET /slow');
    const grown = () => hints().find(hint => hint.line === line && hint.count === 2 && !hint.isRunning);
    await eventually('the hint of both processes', grown);
    expect(hints().find(hint => hint.line === markedLine(app.file, 'SLOW: GET /never'))).toMatchObject({
      isRunning: false,
      count: 1,
    });
    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toContain('closed the inspector');
    expect(sidecar.events('notice')).toEqual([]);
  });
});

describe('a target that waits for a restart', () => {
  beforeEach(() => prepare(24));

  /** @returns the target of an app that was watched and has been killed */
  async function ended(options: Parameters<RestartedApp['run']>[1] = {}): Promise<Target> {
    byHand(options);
    const { pid } = await app.started(1);
    const target = await sidecar.attachForGood({ pid }, THRESHOLD_MS);
    process.kill(pid, 'SIGKILL');
    await awaiting(target);
    return target;
  }

  test('takes neither the same script elsewhere, nor another script, nor what has run beside it', async () => {
    byHand();
    const first = await app.started(1);
    const target = await sidecar.attachForGood({ pid: first.pid }, THRESHOLD_MS);
    byHand();
    const beside = await app.started(2);
    await delay(BESIDE_MS);
    process.kill(first.pid, 'SIGKILL');
    await awaiting(target);
    app.run([app.file], { cwd: tmpdir() });
    const elsewhere = await app.started(3);
    app.run([app.copyScript('server.js', 'other.js')]);
    const other = await app.started(4);
    await delay(LEFT_ALONE_MS);
    for (const start of [beside, elsewhere, other]) expect(await fetchFrom(start, '/inspector')).toBe('closed');
    byHand();
    await watchedOn(target, await app.started(5));
  });

  test.each(['primary', 'worker'])('takes the %s of a cluster when it was one', async role => {
    const [primary, worker] = await cluster(1);
    const watched = role === 'primary' ? primary : worker;
    const target = await sidecar.attachForGood({ pid: watched.pid }, THRESHOLD_MS);
    for (const { pid } of [primary, worker]) process.kill(pid, 'SIGKILL');
    await awaiting(target);
    const [nextPrimary, nextWorker] = await cluster(3);
    await watchedOn(target, role === 'primary' ? nextPrimary : nextWorker);
  });

  /** @returns the primary and the worker of a new cluster, whose starts count from `number` */
  async function cluster(number: number): Promise<[Start, Start]> {
    const { pid } = app.run(['cluster.js']);
    const starts: [Start, Start] = [await app.started(number), await app.started(number + 1)];
    return starts[0].pid === pid ? starts : [starts[1], starts[0]];
  }

  test('can be detached from, and leaves the next process alone', async () => {
    const target = await ended();
    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toEqual(['does not wait any more for server.js to be started again']);
    const gone = { id: target.id, state: { state: 'gone', reason: 'detached' } };
    await sidecar.waitFor('targetChanged', changed => changed.target.state.state === 'gone');
    expect(sidecar.events('targetChanged').at(-1)?.value.target).toMatchObject(gone);
    await expect(sidecar.request('detach', { targetId: target.id })).rejects.toMatchObject({ code: 'notAttached' });
    byHand();
    const next = await app.started(2);
    await delay(LEFT_ALONE_MS);
    expect(await fetchFrom(next, '/inspector')).toBe('closed');
  });

  test('takes settings meanwhile, and watches the next process by them', async () => {
    const target = await ended();
    const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs: 5_000, hungMs: 9_000 };
    await sidecar.request('configure', { targetId: target.id, settings });
    byHand();
    const next = await app.started(2);
    await watchedOn(target, next);
    expect(sidecar.events('targetChanged').at(-1)?.value.target.thresholdMs).toBe(5_000);
  });

  test('does not keep the sidecar from ending', async () => {
    await ended();
    const startedMs = performance.now();
    await sidecar.stop();
    expect(performance.now() - startedMs).toBeLessThan(DEADLINE_MS);
  });

  test('finds the process again behind the port that the one before has used', async () => {
    const port = await freePort();
    const target = await ended({ nodeOptions: `--inspect-port=${port}` });
    byHand({ nodeOptions: `--inspect-port=${port}` });
    await watchedOn(target, await app.started(2));
    expect(sidecar.events('targetChanged').at(-1)?.value.target.inspector).toMatchObject({ port, openedByUs: true });
  });

  test('finds the process behind an inspector that is open from the start', async () => {
    const target = await ended({ nodeOptions: '--inspect=0' });
    byHand({ nodeOptions: '--inspect=0' });
    await watchedOn(target, await app.started(2));
    expect(sidecar.events('targetChanged').at(-1)?.value.target.inspector).toMatchObject({ openedByUs: false });
  });

  test('tells once what is in the way of watching on, and watches when it has gone', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const target = await ended();
    byHand({ nodeOptions: `--inspect-port=${port}` });
    const next = await app.started(2);
    const { value } = await sidecar.waitFor('notice', ({ source }) => source === 'reattach');
    expect(value).toMatchObject({ severity: 'warning' });
    expect(value.message).toContain(`server.js was started again as process ${next.pid}, but it cannot be watched:`);
    expect(value.message).toContain(`on port ${port}, but`);
    await delay(LEFT_ALONE_MS);
    expect(sidecar.events('notice')).toHaveLength(1);
    holder.close();
    await watchedOn(target, next);
  });

  test('signals an app with a handler of its own only once', async () => {
    const target = await ended();
    const signalled = join(app.folder, 'signalled');
    byHand({ env: { OWN_SIGUSR1: signalled } });
    await app.started(2);
    const { value } = await sidecar.waitFor('notice', ({ source }) => source === 'reattach');
    expect(value.message).toContain('SIGUSR1 handler of its own');
    await delay(LEFT_ALONE_MS);
    expect(readFileSync(signalled, 'utf8')).toBe('signalled\n');
    byHand();
    await watchedOn(target, await app.started(3));
  });

  test('follows an app that crashes again and again to the process that stays', async () => {
    const target = await ended();
    for (let number = 2; number <= 7; number += 1) {
      const crashing = byHand({ env: { EXIT_AFTER_MS: String(number * 150) } });
      await once(crashing, 'exit');
    }
    byHand();
    const last = await app.started(8);
    await eventually('the last process to be watched', () =>
      sidecar.events('targetChanged').find(({ value }) => value.target.pid === last.pid),
    );
    const changes = sidecar.events('targetChanged').map(({ value }) => value.target);
    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set([target.id]));
    expect(changes.at(-1)?.restarts).toBeLessThanOrEqual(7);
    expect(changes.length).toBeLessThanOrEqual(7 * 4);
    expect(sidecar.events('notice')).toEqual([]);
    await reportedSlow(last, target);
  });

  test('is watched once when the user attaches to the new process by hand', async () => {
    const target = await ended();
    byHand();
    const next = await app.started(2);
    // Whoever comes first: the user, whose attach continues the target, or the sidecar, which says so.
    const attached = await sidecar
      .attach({ pid: next.pid }, THRESHOLD_MS)
      .catch((error: { code: string }) => error.code);
    if (typeof attached === 'string') expect(attached).toBe('alreadyAttached');
    else expect(attached).toMatchObject({ id: target.id, restarts: 1 });
    await watchedOn(target, next);
    await reportedSlow(next, target);
    await delay(LEFT_ALONE_MS);
    expect(sidecar.slowRequests('/slow')).toHaveLength(1);
    const ids = sidecar.events('targetChanged').map(({ value }) => value.target.id);
    expect(new Set(ids)).toEqual(new Set([target.id]));
  });
});

describe('a target that is not to be waited for', () => {
  beforeEach(() => prepare(24));

  test('is gone when only its inspector was closed', async () => {
    byHand();
    const start = await app.started(1);
    await sidecar.attachForGood({ pid: start.pid }, THRESHOLD_MS);
    await fetchFrom(start, '/close-inspector');
    const { value } = await sidecar.waitFor('targetChanged', ({ target }) => target.state.state !== 'watching');
    expect(value.target.state).toMatchObject({ state: 'gone', reason: 'inspectorClosed' });
  });

  test('is gone when its process ends and nobody asked to watch on', async () => {
    byHand();
    const start = await app.started(1);
    await sidecar.attach({ pid: start.pid }, THRESHOLD_MS);
    process.kill(start.pid, 'SIGKILL');
    const { value } = await sidecar.waitFor('targetChanged', ({ target }) => target.state.state !== 'watching');
    expect(value.target.state).toMatchObject({ state: 'gone' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
