import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BoxSite } from '../../sidecar/protocol/boxValues';
import type { Target } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 1_000;
const versions = nodeVersions.filter(({ major }) => major === 20 || major === 24);

describe.each(versions)('timeboxes on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  let target: Target;

  beforeEach(async () => {
    app = await SampleApp.start('boxed/server.js', { node });
    sidecar = await TestSidecar.start();
    target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
  });

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  /** @returns what was told last of the box with this mark */
  function site(mark: string): BoxSite | undefined {
    const line = markedLine(app.file, `BOX: ${mark}`);
    const sites = sidecar.events('boxes').at(-1)?.value.sites ?? [];
    return sites.find(({ frames: [called] }) => called?.file === app.file && called.line === line);
  }

  test('a synchronous box that fired is told with its place, and in the slow request it fired in', async () => {
    expect(await app.get('/sync')).toEqual({ status: 200, body: 'TimeboxError' });
    const told = await eventually('the box', () => site('sync'));
    expect(told).toMatchObject({ isAsync: false, budgetMs: 100, fired: 1, nearMisses: 0 });
    expect(told.worstFired?.elapsedMs).toBeGreaterThanOrEqual(100);
    expect(told.frames[0]?.sourceLine).toContain('timebox(100');
    const request = await eventually('the end of the request', () =>
      sidecar.slowRequests('/sync').find(({ state }) => state.state === 'finished'),
    );
    const { fired = [], leftOut } = request.boxes ?? {};
    expect({ count: fired.length, leftOut }).toEqual({ count: 1, leftOut: 0 });
    expect(fired[0]?.frames.map(({ functionName }) => functionName)).toContain('renderPage');
    const line = markedLine(app.file, 'BOX: sync');
    const { text } = await sidecar.request('report', { slowRequestId: request.id, format: 'text' });
    expect(text).toMatch(
      new RegExp(`\\nTimeboxes\\n {2}100 ms box fired after [\\d,]+ ms.* at .*server\\.js:${line} `),
    );
  });

  test('an asynchronous box is told though its request was not slow, and once more when it fires again', async () => {
    expect((await app.get('/async')).body).toBe('TimeboxError');
    await eventually('the box', () => site('async')?.fired === 1);
    await app.get('/async');
    const told = await eventually('it again', () => site('async')?.fired === 2 && site('async'));
    expect(told).toMatchObject({ isAsync: true, budgetMs: 100, nearMisses: 0 });
    expect(told.frames.map(({ functionName }) => functionName)).toContain('fetchPrices');
    expect(sidecar.slowRequests('/async')).toEqual([]);
  });

  test('more than ten that fired in one request are counted', async () => {
    await app.get('/many');
    const request = await eventually('the end of the request', () =>
      sidecar.slowRequests('/many').find(({ state }) => state.state === 'finished'),
    );
    expect(request.boxes).toMatchObject({ leftOut: 2 });
    expect(request.boxes?.fired).toHaveLength(10);
  });

  test('a box that ended just in time is a near miss', async () => {
    await app.get('/near');
    const told = await eventually('the box', () => site('near'));
    expect(told).toMatchObject({ fired: 0, nearMisses: 1, budgetMs: 2_000 });
    expect(told.worstNear?.elapsedMs).toBeGreaterThan(1_600);
  });

  test('a box that fired outside any request is told, too', async () => {
    await app.get('/background');
    expect(await eventually('the box', () => site('background'))).toMatchObject({ fired: 1, budgetMs: 50 });
  });

  test('what is no message of the library leaves the app and the watch alone', async () => {
    expect((await app.get('/strange')).body).toBe('published');
    await app.get('/async');
    await eventually('a box', () => site('async'));
    const sites = sidecar.events('boxes').at(-1)?.value.sites ?? [];
    expect(sites.map(({ fired, frames }) => [fired, frames.length > 0])).toEqual([
      [1, false],
      [1, true],
    ]);
  });

  // Node 20 then runs nothing for the inspector for seconds, now and then for so long that the app is lost: see README.
  test.runIf(node.major >= 22)('an app is watched on though its boxes end our code, too, now and then', async () => {
    await app.get('/storm');
    const fired = () => site('background')?.fired ?? 0;
    await eventually('many boxes', () => fired() >= 40);
    expect((await app.get('/async')).body).toBe('TimeboxError');
    await eventually('another box', () => site('async'));
    expect(sidecar.events('targetChanged').map(({ value }) => value.target.state.state)).not.toContain('gone');
  });

  test('nobody listens any more after a detach', async () => {
    expect((await app.get('/subscribers')).body).toBe('true');
    await sidecar.request('detach', { targetId: target.id });
    expect((await app.get('/subscribers')).body).toBe('false');
  });
});
