import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Target } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { nodeVersion } from '../support/nodeVersions';
import { type Exchange, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const REQUESTS = 2_000;
/** 80 answers of 25 reports each, on a busy machine. */
const TOLD_DEADLINE_MS = 90_000;

describe.each([20, 24].map(nodeVersion))('under load on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  let target: Target;

  beforeEach(async () => {
    app = await SampleApp.start('causes/server.js', { node });
    sidecar = await TestSidecar.start();
    target = await sidecar.attach({ pid: app.pid }, 200);
  });

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  const newestStats = () => sidecar.events('targetStats').at(-1)?.value;

  test('2,000 requests in flight are all counted, told of, and told of when they end', async () => {
    const parked = Array.from({ length: REQUESTS }, () => app.open('/lock'));
    await eventually('all to be in flight', () => newestStats()?.requestsInFlight === REQUESTS);
    await eventually('all to be told', () => sidecar.slowRequests('/lock').length === REQUESTS, TOLD_DEADLINE_MS);
    expect(newestStats()).toMatchObject({ requestsSeen: REQUESTS, requestsInFlight: REQUESTS });
    expect((await app.get('/innocent')).body).toBe('done');

    await app.get('/unlock');
    const statuses = await Promise.all(parked.map(async ({ answer }) => (await answer).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    await eventually(
      'all to be told as ended',
      () => sidecar.slowRequests('/lock').filter(({ state }) => state.state === 'finished').length === REQUESTS,
      TOLD_DEADLINE_MS,
    );
    await eventually('none to be in flight', () => newestStats()?.requestsInFlight === 0);
    // On a busy machine the one that unlocks is slow, too.
    const told = () => new Set(sidecar.events('slowRequest').map(({ value }) => value.id)).size;
    await eventually('each to be counted once', () => newestStats()?.slowRequests === told());

    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toContain('closed the inspector');
    expect((await app.get('/innocent')).body).toBe('done');
  }, 240_000);

  test('an app that 2,000 requests are parked in is let go of at once', async () => {
    const parked = Array.from({ length: REQUESTS }, () => app.open('/lock'));
    await eventually('many to be told', () => sidecar.slowRequests('/lock').length > REQUESTS / 2, TOLD_DEADLINE_MS);
    // One that arrives after /unlock would be parked for ever.
    await eventually('all to be parked', () => newestStats()?.requestsInFlight === REQUESTS, TOLD_DEADLINE_MS);
    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toContain('closed the inspector');
    await sidecar.waitFor('targetChanged', changed => changed.target.state.state === 'gone');
    for (const { state } of sidecar.slowRequests('/lock')) expect(state.state).toBe('unknown');
    await app.get('/unlock');
    for (const { answer } of parked) expect((await answer).body).toBe('done');
  });

  test('a request that never ends stays, and its time goes on', async () => {
    app.open('/never');
    const first = await sidecar.waitFor('slowRequest', ({ url }) => url === '/never');
    const later = await sidecar.waitFor('slowRequest', ({ durationMs }) => durationMs > first.value.durationMs * 4);
    expect(later.value).toMatchObject({ id: first.value.id, state: { state: 'running' }, cause: 'waiting' });
    expect(later.value.time.waitingMs).toBeGreaterThan(later.value.durationMs * 0.9);
    expect(sidecar.slowRequests('/never')).toHaveLength(1);
  });

  test.each<[string, string, (exchange: Exchange) => void]>([
    ['whose client hangs up', '/never', exchange => exchange.abort()],
    ['whose response the app destroys', '/destroyed', () => {}],
  ])('a request %s ends as aborted', async (_how, path, hangUp) => {
    const exchange = app.open(path);
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === path && state.state === 'running');
    hangUp(exchange);
    await expect(exchange.answer).rejects.toThrow();
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === path && state.state === 'aborted');
    await eventually('none to be in flight', () => newestStats()?.requestsInFlight === 0);
    expect((await app.get('/innocent')).body).toBe('done');
  });

  test('requests whose clients hang up all at once leave none behind', async () => {
    const parked = Array.from({ length: 300 }, () => app.open('/never'));
    await eventually('all to be told', () => sidecar.slowRequests('/never').length === 300);
    for (const exchange of parked) exchange.abort();
    await eventually('all to be told as aborted', () =>
      sidecar.slowRequests('/never').every(({ state }) => state.state === 'aborted'),
    );
    await eventually('none to be in flight', () => newestStats()?.requestsInFlight === 0);
  });
});
