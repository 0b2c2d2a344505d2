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

async function watched(node: NodeVersion, settings: Partial<WatchSettings> = {}, options: AppOptions = {}) {
  app = await SampleApp.start('stopped/server.js', { node, ...options });
  sidecar = await TestSidecar.start();
  await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, settings);
  return { app, sidecar };
}

function running(path: string): Promise<SlowRequest> {
  return eventually(`${path} to be slow`, () =>
    sidecar?.slowRequests(path).find(({ state }) => state.state === 'running'),
  );
}

async function stop(how: 'interruptRequest' | 'endResponse', path: string): Promise<Interruption> {
  const { id } = await running(path);
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
    expect(text).toMatch(/Interrupted by you after [\d,]+ ms, .*: its client was answered with 503\./);
    expect(text).toMatch(/catch and finally did not run around .*server\.js:\d+ spinInTry/);
    expect(JSON.parse((await app.get('/state')).body).cleanups).toBe(0);
  });

  test('is refused with the reason when Node.js, a driver or a native call is at work, or when it only waits', async () => {
    const { app } = await watched(node);
    void app.get('/waits').catch(() => {});
    await expect(stop('interruptRequest', '/waits')).rejects.toThrow(/does not hold the event loop now/);
    const native = app.get('/native');
    await expect(stopEarly('/native')).rejects.toThrow(/a native call/);
    expect(await native).toEqual({ status: 200, body: 'done' });
    void app.get('/driver').catch(() => {});
    await expect(stop('interruptRequest', '/driver')).rejects.toThrow(/code of the package pg is at work/);
  });

  test('is refused with the reason inside a stream of Node.js', async () => {
    const { app } = await watched(node);
    void app.get('/node-stream').catch(() => {});
    await expect(stop('interruptRequest', '/node-stream')).rejects.toThrow(/Node\.js's own code is at work/);
  });
});
