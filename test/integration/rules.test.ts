/** Which requests are slow, by route, and which are not watched for slowness. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { WatchSettings } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { type NodeVersion, nodeVersion, nodeVersions } from '../support/nodeVersions';
import { rawRequest } from '../support/rawRequest';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 300;

let app: SampleApp;
let sidecar: TestSidecar;
let targetId: string;

beforeEach(async () => {
  sidecar = await TestSidecar.start();
});

afterEach(async () => {
  await sidecar.stop();
  await app.stop();
});

async function watch(node: NodeVersion, routes: WatchSettings['routes'] = {}, slowMs = 900): Promise<void> {
  app = await SampleApp.start('watchdog/lasting.js', { node, env: { SLOW_MS: String(slowMs) } });
  targetId = (await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { routes })).id;
}

/** Waits until the sidecar has told of the end of a request that is slow by every rule. */
async function toldOf(path: string) {
  return eventually(`the end of ${path}`, () =>
    sidecar.slowRequests(path).find(({ state }) => state.state === 'finished'),
  );
}

const ignored = () => sidecar.events('targetStats').at(-1)?.value.ignored;

describe.each(nodeVersions)('on Node $major', node => {
  test('event streams, long polls and switched protocols are not slow, but counted', async () => {
    await watch(node);
    const paths = ['/events', '/jobs/poll', '/socket.io/?EIO=4&transport=polling'];
    const switched = ['/switch', '/taken-over'].map(path => rawRequest(app.port, Buffer.from(path), ['Upgrade: own']));
    await Promise.all([...paths.map(path => app.get(path)), app.get('/wait', { prefer: 'wait=5' }), app.get('/plain')]);
    // The connection stays open: it is the app's own now.
    for (const each of switched) each.catch(() => {});
    await toldOf('/plain');
    await eventually('the count', () => ignored()?.length === 6);
    expect(ignored()).toEqual(
      expect.arrayContaining([
        { reason: 'event stream', route: 'GET /events', count: 1 },
        { reason: 'long poll', route: 'GET /jobs/poll', count: 1 },
        { reason: 'long poll', route: 'GET /socket.io/', count: 1 },
        { reason: 'long poll', route: 'GET /wait', count: 1 },
        { reason: 'upgrade', route: 'GET /switch', count: 1 },
        { reason: 'upgrade', route: 'GET /taken-over', count: 1 },
      ]),
    );
    expect(new Set(sidecar.events('slowRequest').map(({ value }) => value.url))).toEqual(new Set(['/plain']));
  });
});

test('an event stream is counted while it is open', async () => {
  app = await SampleApp.start('watchdog/lasting.js', { env: { SLOW_MS: '600000' } });
  await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
  const stream = app.open('/events');
  await eventually('the count', () => ignored()?.length === 1);
  expect(sidecar.events('targetStats').at(-1)?.value.requestsInFlight).toBe(1);
  stream.abort();
  await eventually('its end', () => sidecar.events('targetStats').at(-1)?.value.requestsInFlight === 0);
  expect(ignored()).toEqual([{ reason: 'event stream', route: 'GET /events', count: 1 }]);
  expect(sidecar.events('slowRequest')).toEqual([]);
});

describe('a rule for a route', () => {
  test.each(['express.js', 'fastify.js'])('names it as the framework does: %s', async file => {
    app = await SampleApp.start(`frameworks/${file}`);
    const routes = { 'GET /users/:id/orders/:order': 200, 'GET /users/*': 'ignore' as const };
    await sidecar.attach({ pid: app.pid }, 60_000, { routes });
    await app.get('/users/ann/orders/first');
    const { route, thresholdMs } = await toldOf('/users/ann/orders/first');
    expect({ route, thresholdMs }).toEqual({ route: '/users/:id/orders/:order', thresholdMs: 200 });
  });

  test('gives it a threshold of its own, below or above the general one', async () => {
    await watch(nodeVersion(20), { 'GET /reports/*': 5_000, '/quick': 0.5 });
    await Promise.all(['/reports/7', '/quick', '/plain'].map(path => app.get(path)));
    expect((await toldOf('/plain')).thresholdMs).toBe(THRESHOLD_MS);
    expect((await toldOf('/quick')).thresholdMs).toBe(0.5);
    expect(sidecar.slowRequests('/reports/7')).toEqual([]);
    expect(ignored() ?? []).toEqual([]);
  });

  test('ignores it', async () => {
    await watch(nodeVersion(20), { 'GET /reports/:id': 'ignore' });
    await Promise.all(['/reports/7', '/plain'].map(path => app.get(path)));
    await toldOf('/plain');
    expect(sidecar.slowRequests('/reports/7')).toEqual([]);
    await eventually('the count', () => ignored()?.length === 1);
    expect(ignored()).toEqual([{ reason: 'rule', route: 'GET /reports/:id', count: 1 }]);
  });

  test('watches an event stream that would be ignored', async () => {
    await watch(nodeVersion(20), { '/events': THRESHOLD_MS });
    await app.get('/events');
    expect((await toldOf('/events')).route).toBe('/events');
  });

  test('holds for requests in flight, too, as soon as it is given', async () => {
    // Long enough to be in the figures, which come once a second.
    await watch(nodeVersion(20), { '/plain': 60_000 }, 4_000);
    const exchange = app.open('/plain');
    await eventually('the request in flight', () => sidecar.events('targetStats').at(-1)?.value.requestsInFlight === 1);
    const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs: 100 };
    await sidecar.request('configure', { targetId, settings });
    await exchange.answer;
    expect((await toldOf('/plain')).thresholdMs).toBe(100);
  });
});

test('a slow request tells its address, headers and query, secrets hidden', async () => {
  await watch(nodeVersion(24));
  await app.get('/plain?user=7&token=hush', { 'X-Request-Id': 'r-1', authorization: 'Bearer hush' });
  const told = await toldOf('/plain');
  expect(told.origin).toBe(`http://127.0.0.1:${app.port}`);
  expect(told.query).toEqual([
    { name: 'user', value: '7' },
    { name: 'token', value: '[redacted]' },
  ]);
  expect(told.headers).toContainEqual({ name: 'X-Request-Id', value: 'r-1' });
  expect(told.headers).toContainEqual({ name: 'authorization', value: 'Bearer [redacted]' });
  expect(JSON.stringify(sidecar.received)).not.toContain('hush');
});

test('two hundred requests that turn slow at once are all told with their stacks, soon', async () => {
  await watch(nodeVersion(20));
  const answers = Promise.all(Array.from({ length: 200 }, (_, index) => app.get(`/reports/${index}`)));
  const firstMs = (await sidecar.waitFor('slowRequest', () => true)).atMs;
  const seen = () => sidecar.events('slowRequest').filter(({ value }) => value.guiltyFrame !== undefined);
  await eventually('all of them', () => new Set(seen().map(({ value }) => value.id)).size === 200);
  const byId = new Map(
    seen()
      .map(event => [event.value.id, event] as const)
      .reverse(),
  );
  const lastMs = Math.max(...[...byId.values()].map(({ atMs }) => atMs));
  expect(lastMs - firstMs).toBeLessThan(900);
  await answers;
});
