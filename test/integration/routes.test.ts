import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { markedLine } from '../support/marks';
import { nodeVersion, nodeVersions } from '../support/nodeVersions';
import { type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 300;

describe('routes', () => {
  let sidecar: TestSidecar;
  let app: SampleApp | undefined;

  beforeAll(async () => {
    sidecar = await TestSidecar.start();
    return () => sidecar.stop();
  });

  afterEach(async () => {
    await app?.stop();
    app = undefined;
  });

  async function routeOf(file: string, options: AppOptions, path: string, body?: string) {
    await app?.stop();
    app = await SampleApp.start(`frameworks/${file}`, options);
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    await (body === undefined ? app.get(path) : app.post(path, body));
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ targetId, state }) => targetId === target.id && state.state === 'finished',
    );
    return value;
  }

  const path = '/users/4711/orders/42?expand=1';
  test.each([
    ['Express 4', 'express.js', { env: { EXPRESS: 'express4' } }, '/users/:id/orders/:order'],
    ['Express 5', 'express.js', { env: { EXPRESS: 'express' } }, '/users/:id/orders/:order'],
    ['Fastify', 'fastify.js', {}, '/users/:id/orders/:order'],
    ['Koa', 'koa.js', {}, '/users/:id/orders/:order'],
    ['plain http, ids templated', 'plain.js', {}, '/users/:id/orders/:id'],
  ])('are those of %s', async (_name, file, options, route) => {
    expect((await routeOf(file, options, path)).route).toBe(route);
    expect((await routeOf(file, { ...options, node: nodeVersion(24) }, path)).route).toBe(route);
  });

  test('are shown as the regular expression they are', async () => {
    expect((await routeOf('express.js', {}, '/files/a/b')).route).toBe('/^\\/files\\/(.+)$/');
  });

  test.each(nodeVersions)('keep their request in context through a body parser on Node $major', async node => {
    const value = await routeOf('express.js', { node }, '/orders', '{"a":1}');
    expect(value).toMatchObject({ method: 'POST', route: '/orders', wait: { kind: 'timer' } });
  });

  test.each(nodeVersions)('keep their request in context through body events on Node $major', async node => {
    const value = await routeOf('plain.js', { node }, '/body', 'x'.repeat(300_000));
    expect(value.wait?.kind).toBe('timer');
    expect(value.frames[value.guiltyFrame ?? -1]?.line).toBe(markedLine(app?.file ?? '', 'SLOW: POST /body'));
  });
});
