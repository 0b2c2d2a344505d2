import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

describe.each(nodeVersions)('an app that two sidecars watch on Node $major', node => {
  let app: SampleApp | undefined;
  const sidecars: TestSidecar[] = [];

  afterEach(async () => {
    for (const sidecar of sidecars.splice(0)) await sidecar.stop();
    await app?.stop();
  });

  async function start() {
    app = await SampleApp.start('inside/server.js', { node, nodeOptions: ['--expose-gc', '--expose-internals'] });
    // Loads what Node loads lazily, such as fetch.
    await app.get('/work');
    const before = await stateOf(app);
    const watching = [];
    for (const _ of ['first', 'second']) {
      const sidecar = await TestSidecar.start();
      sidecars.push(sidecar);
      watching.push({ sidecar, target: await sidecar.attach({ pid: app.pid }, 10) });
    }
    return { app, before, watching };
  }

  async function reported(app: SampleApp, sidecar: TestSidecar): Promise<void> {
    sidecar.received.length = 0;
    await app.get('/work');
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === '/work' && state.state === 'finished');
  }

  test.each([
    ['came first', [0, 1]],
    ['came last', [1, 0]],
  ])('tells both, and is as before when both have gone, the one that %s first', async (_which, order) => {
    const { app, before, watching } = await start();
    const [leaves, stays] = order.map(index => watching[index]);
    if (leaves === undefined || stays === undefined) throw new Error('two sidecars are needed');
    expect(watching[0]?.target.inspector).toMatchObject({ openedByUs: true });
    expect(watching[1]?.target.inspector).toEqual({ ...watching[0]?.target.inspector, openedByUs: false });
    for (const { sidecar } of watching) await reported(app, sidecar);

    const left = await leaves.sidecar.request('detach', { targetId: leaves.target.id });
    expect(left.undone).not.toContain('closed the inspector');
    await reported(app, stays.sidecar);
    expect(await stateOf(app)).toMatchObject({ inspectorUrl: expect.stringMatching(/^ws:/) });

    const { undone } = await stays.sidecar.request('detach', { targetId: stays.target.id });
    expect(undone).toContain('closed the inspector');
    await eventually('the inspector to close', async () => (await stateOf(app)).inspectorUrl === null);
    expect(await stateOf(app)).toEqual(before);
  });
});

test('an app is attached to once by one sidecar, by whatever address', async () => {
  const app = await SampleApp.start('causes/server.js');
  const sidecar = await TestSidecar.start();
  try {
    const target = await sidecar.attach({ pid: app.pid });
    const refused = { code: 'alreadyAttached', message: 'Already attached to server.js.' };
    const { host, port } = target.inspector;
    await expect(sidecar.attach({ pid: app.pid })).rejects.toMatchObject(refused);
    await expect(sidecar.attach({ host, port })).rejects.toMatchObject(refused);
    await sidecar.request('detach', { targetId: target.id });
    await expect(sidecar.request('detach', { targetId: target.id })).rejects.toMatchObject({ code: 'notAttached' });
  } finally {
    await sidecar.stop();
    await app.stop();
  }
});

async function stateOf(app: SampleApp) {
  return JSON.parse((await app.get('/state')).body) as { patched: string[]; inspectorUrl: string | null };
}
