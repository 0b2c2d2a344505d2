import { afterEach, describe, expect, test } from 'vitest';
import { nodeVersions } from '../support/nodeVersions';
import { FlameGraph, nextProfile } from '../support/profiles';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const INTERVAL_MS = 10;

describe.each(nodeVersions)('a slow request cut out of the continuous profile on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  async function watch(thresholdMs: number, continuousProfile = true): Promise<void> {
    app = await SampleApp.start('profiled/server.js', { node });
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: app.pid }, thresholdMs, { continuousProfile });
  }

  test('shows where it computed, without anybody having asked for it', async () => {
    await watch(100);
    await app.get('/slow');
    const info = await nextProfile(sidecar, '/slow');
    const graph = await FlameGraph.of(sidecar, info.id);
    expect(info).toMatchObject({ trigger: 'continuous', end: { kind: 'finished', statusCode: 200 } });
    expect(info.notes.join()).toContain('one sample every 10 ms');
    expect(graph.cpuMs('burnAlpha')).toBeGreaterThan(300 - 3 * INTERVAL_MS);
    expect(graph.cpuMs('burnAlpha')).toBeLessThanOrEqual(info.durationMs);
    expect(Math.abs(graph.widthMs - info.durationMs)).toBeLessThan(0.02 * info.durationMs);
  });

  test('tells what it computed from what it waited for, while others run', async () => {
    await watch(200);
    const others = Array.from({ length: 10 }, () => app.get('/other'));
    const { body } = await app.get('/mixed');
    await Promise.all(others);
    const own = JSON.parse(body) as Record<string, number>;
    const info = await nextProfile(sidecar, '/mixed');
    const graph = await FlameGraph.of(sidecar, info.id);
    expect(Math.abs(graph.cpuMs('burnBeta') - (own.beta ?? 0))).toBeLessThan(3 * INTERVAL_MS);
    expect(graph.names).toContain('waiting: timer of 150 ms');
    expect(Math.abs(graph.wallMs('waiting: timer of 150 ms') - 150)).toBeLessThan(4 * INTERVAL_MS);
    expect(Math.abs(graph.widthMs - info.durationMs)).toBeLessThan(0.02 * info.durationMs);
  });

  test('names who held it up', async () => {
    await watch(250);
    const mixed = app.get('/mixed');
    await app.get('/slow');
    await mixed;
    const graph = await FlameGraph.of(sidecar, (await nextProfile(sidecar, '/mixed')).id);
    const heldUp = [...graph.names].filter(name => name.startsWith('held up by GET /slow'));
    expect(heldUp).toHaveLength(1);
    expect(graph.wallMs(heldUp[0] ?? '')).toBeGreaterThan(150);
  });

  test('can be asked for while it runs', async () => {
    await watch(100);
    void app.get('/never').catch(() => {});
    const { value } = await sidecar.waitFor('slowRequest', ({ url }) => url === '/never');
    const { profile } = await sidecar.request('cutProfile', { slowRequestId: value.id });
    expect(profile.end.kind).toBe('cut');
    expect(profile.time.waitingMs).toBeGreaterThan(50);
  });

  test('is refused with what to do when the continuous profile is off', async () => {
    await watch(100, false);
    await app.get('/slow');
    const { value } = await sidecar.waitFor('slowRequest', ({ state }) => state.state === 'finished');
    await expect(sidecar.request('cutProfile', { slowRequestId: value.id })).rejects.toThrow(
      'the continuous profile is off',
    );
  });
});
