import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Target } from '../../sidecar/protocol/values';
import { isAlive } from '../../sidecar/targets/aliveness';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 200;
/** An app that waits for its inspector's clients does so for ever; one that does not ends at once, even on a busy machine. */
const EXIT_DEADLINE_MS = 15_000;
/** The agent gives a sidecar 10 s to come back. */
const UNHOOKED_DEADLINE_MS = 15_000;

describe.each(nodeVersions)('the life of an app on Node $major', node => {
  let app: SampleApp | undefined;
  let sidecar: TestSidecar | undefined;

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  async function start(file: string, options: AppOptions = {}) {
    app = await SampleApp.start(file, { node, ...options });
    sidecar = await TestSidecar.start();
    return { app, sidecar };
  }

  /** Attaches and has a request in flight that is known to be slow. */
  async function whileSlow(path: string) {
    const { app, sidecar } = await start('causes/server.js');
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    const exchange = app.open(path);
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === path && state.state === 'running');
    return { app, sidecar, target, exchange };
  }

  function howItEnded(app: SampleApp) {
    return Promise.race([app.exited, delay(EXIT_DEADLINE_MS, 'it still runs', { ref: false })]);
  }

  async function expectGone(sidecar: TestSidecar, target: Target, path: string, reason: string, words: RegExp) {
    const { value } = await sidecar.waitFor('targetChanged', changed => changed.target.state.state === 'gone');
    const message = expect.stringMatching(new RegExp(`^server\\.js \\[${target.pid}\\] ${words.source}`));
    expect(value.target).toMatchObject({ id: target.id, state: { state: 'gone', reason, message } });
    expect(value.target.state).toMatchObject({ report: expect.stringContaining(`Slow request: GET ${path} `) });
    expect(sidecar.slowRequests(path).map(({ state }) => state)).toEqual([{ state: 'unknown', message }]);
    await expect(sidecar.request('detach', { targetId: target.id })).rejects.toMatchObject({ code: 'notAttached' });
  }

  test('ends by itself when its work is done, as if nobody watched', async () => {
    const { app, sidecar } = await start('causes/server.js');
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    await app.get('/shutdown');
    expect(await howItEnded(app)).toEqual({ code: 0, signal: null });
    const { value } = await sidecar.waitFor('targetChanged', changed => changed.target.state.state === 'gone');
    expect(value.target).toMatchObject({ id: target.id, state: { reason: 'exited' } });
  });

  test('ends by process.exit with its own exit code, and its slow request ends as unknown', async () => {
    const { app, sidecar, target } = await whileSlow('/never');
    await app.get('/exit');
    expect(await howItEnded(app)).toEqual({ code: 7, signal: null });
    await expectGone(sidecar, target, '/never', 'exited', /has exited with code 7\.$/);
  });

  test('is killed, and the request that was slow then ends as unknown', async () => {
    const { app, sidecar, target } = await whileSlow('/never');
    app.signal('SIGKILL');
    expect(await howItEnded(app)).toEqual({ code: null, signal: 'SIGKILL' });
    await expectGone(sidecar, target, '/never', 'killed', /was (ended by SIGKILL|killed or has crashed)/);
  });

  test('goes on, with nothing left in it, when the sidecar is killed', async () => {
    const { app, sidecar } = await start('inside/server.js', { nodeOptions: ['--expose-gc', '--expose-internals'] });
    // Loads what Node loads lazily, such as fetch.
    await app.get('/work');
    const before = await app.get('/state');
    await sidecar.attach({ pid: app.pid }, 10);
    await app.get('/work');
    expect(await app.get('/state')).not.toEqual(before);

    sidecar.kill('SIGKILL');
    await eventually('the sidecar to end', () => !isAlive(sidecar.pid));
    expect((await app.get('/quick')).body).toBe('"quick"');
    const isClosed = async () => (await app.get('/state')).body.includes('"inspectorUrl":null');
    await eventually('the inspector to close', isClosed, UNHOOKED_DEADLINE_MS);
    expect(await app.get('/state')).toEqual(before);
  });

  test('goes on when it is let go of while a request is slow, and answers it', async () => {
    const { app, sidecar, target, exchange } = await whileSlow('/timer');
    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toContain('closed the inspector');
    const message = `Detached from server.js [${app.pid}].`;
    const { value } = await sidecar.waitFor('slowRequest', ({ state }) => state.state !== 'running');
    expect(value).toMatchObject({ url: '/timer', state: { state: 'unknown', message } });
    expect(await exchange.answer).toEqual({ status: 200, body: 'done' });
    expect(await sidecar.attach({ pid: app.pid }, THRESHOLD_MS)).toMatchObject({ state: { state: 'watching' } });
  });
});
