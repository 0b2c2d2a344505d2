import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { type NodeVersion, nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const ROUNDS = 100;
const WARM_UPS = 300;
/** What a hundred rounds may leave: less than a tenth of one agent's source. */
const MAX_GROWTH_BYTES_A_ROUND = 4_000;

describe.each(nodeVersions)('detaching on Node $major', node => {
  let app: SampleApp | undefined;
  let sidecar: TestSidecar | undefined;

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  async function start(version: NodeVersion) {
    app = await SampleApp.start('inside/server.js', {
      node: version,
      nodeOptions: ['--expose-gc', '--expose-internals'],
    });
    sidecar = await TestSidecar.start();
    return { app, sidecar };
  }

  test('puts back all that attaching changed, the inspector port included', async () => {
    const { app, sidecar } = await start(node);
    // Loads what Node loads lazily, such as fetch.
    await app.get('/work');
    const before = await stateOf(app);
    expect(before).toMatchObject({ channels: [], patched: [], inspectorUrl: null });

    const target = await sidecar.attach({ pid: app.pid }, 10);
    const attached = await stateOf(app);
    expect(attached.channels).toContain('http.server.request.start');
    expect(attached.inspectorUrl).toMatch(/^ws:/);
    expect(attached.patched).toEqual(expect.arrayContaining(['Socket', 'ClientRequest']));
    await app.get('/work');
    await sidecar.waitFor('slowRequest', ({ state }) => state.state === 'finished');

    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone).toContain('closed the inspector');
    await eventually('the inspector to close', async () => (await stateOf(app)).inspectorUrl === null);
    expect(await stateOf(app)).toEqual(before);
  });

  test('a hundred times leaves neither memory nor handles behind', async () => {
    const { app, sidecar } = await start(node);
    const round = async () => {
      const target = await sidecar.attach({ pid: app.pid }, 10);
      await app.get('/work');
      await sidecar.request('detach', { targetId: target.id });
      await eventually('the inspector to close', async () => (await stateOf(app)).inspectorUrl === null);
    };
    for (let count = 0; count < 10; count += 1) await round();
    // The app's own code takes a while until V8 has compiled and optimised all of it.
    for (let count = 0; count < WARM_UPS; count += 1) await app.get('/work');
    const before = await memoryOf(app);
    for (let count = 0; count < ROUNDS; count += 1) await round();
    const after = await memoryOf(app);
    expect(after.handles).toBeLessThanOrEqual(before.handles);
    expect((after.heapBytes - before.heapBytes) / ROUNDS).toBeLessThan(MAX_GROWTH_BYTES_A_ROUND);
  });
});

async function stateOf(app: SampleApp) {
  return JSON.parse((await app.get('/state')).body) as {
    channels: string[];
    patched: string[];
    inspectorUrl: string | null;
  };
}

async function memoryOf(app: SampleApp) {
  return JSON.parse((await app.get('/memory')).body) as { heapBytes: number; handles: number };
}
