/** Stopping a request of a real app from outside: what is stopped, what its client gets, what is left. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Interruption } from '../../sidecar/protocol/interruptionValues';
import type { SlowRequest, WatchSettings } from '../../sidecar/protocol/values';
import { DebuggerClient } from '../support/debuggerClient';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { type NodeVersion, nodeVersion, nodeVersions } from '../support/nodeVersions';
import { type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 200;
const versions = nodeVersions.filter(({ major }) => major >= 20);

let app: SampleApp | undefined;
let sidecar: TestSidecar | undefined;

afterEach(async () => {
  await sidecar?.stop();
  await app?.stop();
});

async function watched(
  node: NodeVersion,
  settings: Partial<WatchSettings> = {},
  { file = 'stopped/server.js', ...options }: AppOptions & { file?: string } = {},
) {
  app = await SampleApp.start(file, { node, ...options });
  sidecar = await TestSidecar.start();
  const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, settings);
  return { app, sidecar, target };
}

function running(path: string): Promise<SlowRequest> {
  return eventually(`${path} to be slow`, () =>
    sidecar?.slowRequests(path).find(({ state }) => state.state === 'running'),
  );
}

async function stop(how: 'interruptRequest' | 'endResponse', path: string): Promise<Interruption> {
  return stopById(how, (await running(path)).id);
}

async function stopById(how: 'interruptRequest' | 'endResponse', id: string): Promise<Interruption> {
  const { interruption } = (await sidecar?.request(how, { slowRequestId: id })) ?? {};
  if (interruption === undefined) throw new Error('no sidecar');
  return interruption;
}

describe.each(versions)('a request that holds the event loop on Node $major', node => {
  test.each([
    '/spin',
    '/regexp',
    '/recursion',
    '/timer',
    '/interval',
    '/immediate',
    '/tick',
    '/microtask',
    '/await',
    '/resource',
    '/body',
  ])('is stopped wherever it stands: %s', async path => {
    const { app } = await watched(node);
    const stuck = app.get(path);
    const interruption = await stop('interruptRequest', path);
    expect(await stuck).toMatchObject({ status: 503 });
    expect(interruption).toMatchObject({ kind: 'interrupted', answer: 'sent503', notes: [] });
    expect(interruption.servesAfterMs).toBeGreaterThan(0);
    expect(await app.get('/innocent')).toEqual({ status: 200, body: 'ok' });
    const { resources } = JSON.parse((await app.get('/state')).body);
    expect(resources).not.toContain('Timeout');
    expect(app.stderr).not.toMatch(/Error|Warning/);
  });

  test('is told of with the line it was cut off at and the clauses that did not run, in the view and in the report', async () => {
    const { app, sidecar } = await watched(node);
    const stuck = app.get('/try');
    await stop('interruptRequest', '/try');
    await stuck;
    const told = await eventually('the end of the request', () =>
      sidecar.slowRequests('/try').find(({ state }) => state.state === 'finished'),
    );
    expect(told.state).toEqual({ state: 'finished', statusCode: 503 });
    const { frames = [], skipped = [] } = told.interruption ?? {};
    expect(frames.find(({ origin }) => origin === 'user')).toMatchObject({
      functionName: 'spin',
      line: markedLine(app.file, 'SLOW: GET /spin'),
    });
    expect(skipped).toMatchObject([
      {
        clauses: 'catch and finally',
        frame: { functionName: 'spinInTry', line: markedLine(app.file, 'SLOW: GET /try') },
      },
    ]);
    const { text } = await sidecar.request('report', { slowRequestId: told.id, format: 'text' });
    expect(text).toMatch(/^Interrupted request: GET \/try /);
    expect(text).toMatch(/Interrupted by you after [\d,]+ ms.*: its client was answered with 503\./);
    expect(text).toMatch(/catch and finally did not run around .*server\.js:\d+ spinInTry/);
    expect(JSON.parse((await app.get('/state')).body).cleanups).toBe(0);
  });

  test('is left alone inside a native call, with the reason', async () => {
    const { app, sidecar } = await watched(node);
    const native = app.get('/native');
    await running('/native');
    await sidecar.waitFor('targetChanged', ({ target }) => target.state.state === 'notAnswering');
    await expect(stop('interruptRequest', '/native')).rejects.toThrow(/a native call is at work/);
    expect(await native).toEqual({ status: 200, body: 'done' });
  });

  test('is left alone inside a driver, with the reason', async () => {
    const { app } = await watched(node);
    app.open('/driver');
    await expect(stop('interruptRequest', '/driver')).rejects.toThrow(/code of the package pg is at work/);
  });

  test('is left alone inside the stream machinery of Node.js, with the reason', async () => {
    const { app } = await watched(node);
    app.open('/node-stream');
    await expect(stop('interruptRequest', '/node-stream')).rejects.toThrow(/Node\.js's own code is at work/);
  });

  test('is left alone when callbacks of others would be lost with it, with the reason', async () => {
    const { app } = await watched(node);
    app.open('/two-immediates');
    await expect(stop('interruptRequest', '/two-immediates')).rejects.toThrow(
      /a callback of setImmediate would be lost/,
    );
  });

  test('is left alone at a breakpoint of a debugger, with the reason', async () => {
    const { app, sidecar, target } = await watched(node);
    app.open('/spin');
    await running('/spin');
    const client = await DebuggerClient.connect(target.inspector.port);
    try {
      await client.pauseNow();
      await client.paused();
      await sidecar.waitFor('targetChanged', ({ target: { state } }) => state.state === 'pausedByDebugger');
      await expect(stop('interruptRequest', '/spin')).rejects.toThrow(/at a breakpoint of a debugger/);
      expect(client.timesResumed).toBe(0);
    } finally {
      client.close();
    }
    // The app goes on by itself when the debugger has gone.
    await eventually(
      'the interrupt',
      async () => (await stop('interruptRequest', '/spin').catch(() => undefined)) !== undefined,
    );
  });

  test('has its connection cut when its answer had begun', async () => {
    const { app } = await watched(node);
    const { answering, answer } = app.open('/streaming');
    await answering;
    expect(await stop('interruptRequest', '/streaming')).toMatchObject({ answer: 'connectionCut', notes: [] });
    await expect(answer).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect((await app.get('/innocent')).status).toBe(200);
  });
});

test('an interrupted request is in the journal, with who ordered it', async () => {
  const { app, sidecar: first } = await watched(nodeVersion(24), { budgets: { '/spin': 300 } });
  expect(await app.get('/spin')).toMatchObject({ status: 503 });
  await first.waitFor('slowRequest', ({ interruption }) => interruption !== undefined);
  await first.stop();
  const later = await TestSidecar.start();
  sidecar = later;
  const { journals } = await later.request('listJournals', {});
  const journal = journals.find(({ target }) => target.pid === app.pid);
  const { slowRequests, problems } = await later.request('readJournal', { file: journal?.file ?? '' });
  expect(problems).toEqual([]);
  const stopped = slowRequests.find(({ url }) => url === '/spin');
  expect(stopped?.interruption).toMatchObject({ kind: 'interrupted', orderedBy: { who: 'budget', budgetMs: 300 } });
});

describe.each(versions)('a request that waits on Node $major', node => {
  test('is not interrupted, since nothing of it runs', async () => {
    const { app } = await watched(node);
    app.open('/waits');
    await expect(stop('interruptRequest', '/waits')).rejects.toThrow(/does not hold the event loop now/);
  });

  test('is ended with 503, and what its code writes later does no harm', async () => {
    const { app, sidecar } = await watched(node, {}, { env: { WAIT_MS: '1500' } });
    const answer = app.get('/waits', { accept: 'application/json' });
    const { id } = await running('/waits');
    expect(await stop('endResponse', '/waits')).toMatchObject({ kind: 'ended', answer: 'sent503', boxes: 0 });
    const { status, body } = await answer;
    expect(status).toBe(503);
    expect(JSON.parse(body)).toEqual({
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'This request was stopped because it took too long.',
    });
    // Its code has written by then.
    await app.get('/waits');
    expect(app.stderr).not.toMatch(/Error/);
    const { text } = await sidecar.request('report', { slowRequestId: id, format: 'text' });
    expect(text).toMatch(/^Ended request: GET \/waits /);
    await expect(stopById('endResponse', id)).rejects.toThrow(/it has ended/);
  });
});

describe.each(versions)('a request that waits in a timebox on Node $major', node => {
  test('has its AbortSignal fired when it is ended, and its code goes on with the error', async () => {
    const { app } = await watched(node, {}, { file: 'boxed/server.js' });
    const answer = app.get('/parked');
    expect(await stop('endResponse', '/parked')).toMatchObject({ kind: 'ended', answer: 'sent503', boxes: 1 });
    expect(await answer).toMatchObject({ status: 503 });
    const ended = await eventually('the end of the box', async () => (await app.get('/parked-so-far')).body);
    expect(ended).toMatch(/Error$/);
  });
});

describe('a route with a budget', () => {
  const BUDGET_MS = 2_000;

  test.each(versions)('has its requests interrupted within 15 % of it on Node $major', async node => {
    const { app, sidecar } = await watched(node, { thresholdMs: 60_000, budgets: { 'GET /spin': BUDGET_MS } });
    expect(await app.get('/spin')).toMatchObject({ status: 503 });
    const { value } = await sidecar.waitFor('slowRequest', ({ interruption }) => interruption !== undefined);
    const { blockedMs = 0, orderedBy } = value.interruption ?? {};
    expect(orderedBy).toEqual({ who: 'budget', budgetMs: BUDGET_MS });
    expect(blockedMs).toBeGreaterThanOrEqual(BUDGET_MS * 0.85);
    expect(blockedMs).toBeLessThanOrEqual(BUDGET_MS * 1.15);
  });

  test('is left alone when it is exempt, or ignored, or none of its requests holds the loop for that long', async () => {
    const { app, sidecar } = await watched(nodeVersion(24), {
      budgets: { '/*': 300 },
      budgetExemptions: ['GET /blocks-*'],
      routes: { '/waits-again': 'ignore' },
    });
    expect(await app.get('/blocks-a-bit')).toEqual({ status: 200, body: 'done' });
    expect(await app.get('/waits')).toEqual({ status: 200, body: 'latelater' });
    expect(await app.get('/waits-again')).toEqual({ status: 200, body: 'done' });
    expect(await app.get('/spin')).toMatchObject({ status: 503 });
    await sidecar.waitFor('slowRequest', ({ interruption }) => interruption !== undefined);
    const stopped = sidecar.events('slowRequest').filter(({ value }) => value.interruption !== undefined);
    expect(new Set(stopped.map(({ value }) => value.url))).toEqual(new Set(['/spin']));
  });

  test('is not interrupted before it is spent', async () => {
    const { app } = await watched(nodeVersion(24), { budgets: { 'GET /blocks-a-bit': 10_000 } });
    expect(await app.get('/blocks-a-bit')).toEqual({ status: 200, body: 'done' });
  });
});
