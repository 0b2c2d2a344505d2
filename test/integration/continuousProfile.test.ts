import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { Target } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { nextProfile } from '../support/profiles';
import { SampleApp } from '../support/sampleApp';
import { samplers } from '../support/samplers';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 60_000;
const BURNING = /performance\.now\(\)|sqrt/i;

describe.each(nodeVersions)('the continuous profile on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  async function watch(continuousProfile: boolean): Promise<Target> {
    app = await SampleApp.start('profiled/server.js', { node });
    sidecar = await TestSidecar.start();
    return sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { continuousProfile });
  }

  test('tells without being asked on which line the app has computed, and how long', async () => {
    await watch(true);
    await app.get('/slow');
    // What was burnt may lie in two chunks.
    const { value } = await sidecar.waitFor('hotLines', ({ lines }) => (lines[0]?.selfUs ?? 0) > 150_000);
    const [hottest] = value.lines;
    expect(hottest?.file).toBe(app.file);
    expect(hottest?.sourceLine).toMatch(BURNING);
    expect(hottest?.selfUs).toBeLessThan(1000 * value.windowMs);
  });

  test('leaves a request profiled meanwhile whole, and is not ended by it', async () => {
    await watch(true);
    await eventually('the sampler', () => samplers(app.pid) === 1);
    const { token } = await sidecar.request('profileToken', {});
    await app.get(`/slow?__introspect__=${token}`);
    const { time } = await nextProfile(sidecar, '/slow');
    expect(time.computingMs).toBeGreaterThan(250);
    await eventually('the end of the request’s sampler', () => samplers(app.pid) === 1);
    const told = sidecar.events('hotLines').length;
    await eventually('another chunk', () => sidecar.events('hotLines').length > told);
  });

  test('ends and begins with its setting, and no sampler is left by it', async () => {
    const { id: targetId } = await watch(false);
    expect(samplers(app.pid)).toBe(0);
    const configure = (continuousProfile: boolean) =>
      sidecar.request('configure', {
        targetId,
        settings: { ...DEFAULT_WATCH_SETTINGS, thresholdMs: THRESHOLD_MS, continuousProfile },
      });
    await configure(true);
    await eventually('the sampler', () => samplers(app.pid) === 1);
    await configure(false);
    await eventually('no sampler', () => samplers(app.pid) === 0);
    expect(sidecar.events('hotLines').at(-1)?.value.lines).toEqual([]);
  });

  test('leaves no sampler after a detach', async () => {
    const { id: targetId } = await watch(true);
    await eventually('the sampler', () => samplers(app.pid) === 1);
    await sidecar.request('detach', { targetId });
    await eventually('no sampler', () => samplers(app.pid) === 0);
    expect((await app.get('/slow')).status).toBe(200);
  });

  test('tells no lines any more when its app has gone', async () => {
    await watch(true);
    await app.get('/slow');
    await sidecar.waitFor('hotLines', ({ lines }) => lines.length > 0);
    await app.stop();
    await eventually('no lines', () => sidecar.events('hotLines').at(-1)?.value.lines.length === 0);
  });

  test('leaves no sampler when the sidecar is killed', async () => {
    await watch(true);
    await eventually('the sampler', () => samplers(app.pid) === 1);
    sidecar.kill('SIGKILL');
    await eventually('no sampler', () => samplers(app.pid) === 0);
    expect((await app.get('/slow')).status).toBe(200);
  });
});
