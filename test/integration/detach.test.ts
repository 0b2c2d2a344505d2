import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { type NodeVersion, nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

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
});

async function stateOf(app: SampleApp) {
  return JSON.parse((await app.get('/state')).body) as {
    channels: string[];
    patched: string[];
    inspectorUrl: string | null;
  };
}
