import { Agent } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { type Exchange, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const MANY = 2_000;
/** More would be told than anybody reads; the agent's answers stay small. */
const MAX_REPORTS_A_DRAIN = 25;

describe('an app with much to do', () => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  beforeEach(async () => {
    app = await SampleApp.start('causes/server.js');
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    await sidecar.stop();
    await app.stop();
  });

  test(`is watched with ${MANY} requests in flight, and still answers`, async () => {
    const target = await sidecar.attach({ pid: app.pid }, 300);
    const agent = new Agent({ maxSockets: MANY });
    const exchanges: Exchange[] = Array.from({ length: MANY }, () => app.open('/lock', agent));
    await sidecar.waitFor('targetStats', ({ requestsInFlight }) => requestsInFlight === MANY);
    await sidecar.waitFor('targetStats', ({ slowRequests }) => slowRequests > MAX_REPORTS_A_DRAIN);
    expect(await app.get('/innocent')).toMatchObject({ status: 200 });
    const told = await eventually('all of them to be told of once', () => {
      const ids = new Set(sidecar.events('slowRequest').map(({ value }) => value.id));
      return ids.size >= MANY && ids;
    });
    expect(told.size).toBeGreaterThanOrEqual(MANY);
    await app.get('/unlock');
    await Promise.all(exchanges.map(({ answer }) => answer));
    await sidecar.waitFor('targetStats', ({ requestsInFlight }) => requestsInFlight === 0);
    await sidecar.request('detach', { targetId: target.id });
    expect(await app.get('/innocent')).toMatchObject({ status: 200 });
    agent.destroy();
  });

  test('shows a request that never ends as running, with its time going on', async () => {
    await sidecar.attach({ pid: app.pid }, 200);
    const { abort } = app.open('/never');
    const first = await sidecar.waitFor('slowRequest', ({ url }) => url === '/never');
    const isLater = ({ url, durationMs }: { url: string; durationMs: number }) =>
      url === '/never' && durationMs > first.value.durationMs + 1_000;
    const later = await sidecar.waitFor('slowRequest', isLater);
    expect(later.value.state).toEqual({ state: 'running' });
    abort();
    await sidecar.waitFor('slowRequest', ({ state }) => state.state === 'aborted');
  });

  test('tells a request that the client has aborted from one that was answered', async () => {
    await sidecar.attach({ pid: app.pid }, 200);
    const aborted = app.open('/timers-promises');
    const answered = app.open('/timer');
    await sidecar.waitFor('slowRequest', ({ url }) => url === '/timers-promises');
    aborted.abort();
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ url, state }) => url === '/timers-promises' && state.state !== 'running',
    );
    expect(value.state).toEqual({ state: 'aborted' });
    await answered.answer;
    const other = await sidecar.waitFor(
      'slowRequest',
      ({ url, state }) => url === '/timer' && state.state !== 'running',
    );
    expect(other.value.state).toEqual({ state: 'finished', statusCode: 200 });
  });

  test('has a request reported that ends between two looks', async () => {
    await sidecar.attach({ pid: app.pid }, 0);
    await app.get('/innocent');
    const { value } = await sidecar.waitFor('slowRequest', ({ url }) => url === '/innocent');
    expect(value.state).toEqual({ state: 'finished', statusCode: 200 });
  });
});
