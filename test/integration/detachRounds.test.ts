import { expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const ROUNDS = 100;
/** Until the tables of both have their size, and V8 has compiled and optimised what it will of the app's own code. */
const FIRST_ROUNDS = 10;
const WARM_UPS = 300;
/** What a round may leave: less than a tenth of one agent's source. */
const MAX_GROWTH_BYTES_A_ROUND = 4_000;

// Side by side: most of a round is waiting until nobody uses the inspector any more.
test.concurrent.each(nodeVersions)(
  'attaching and detaching a hundred times leaves neither memory nor handles behind on Node $major',
  async node => {
    const app = await SampleApp.start('inside/server.js', { node, nodeOptions: ['--expose-gc', '--expose-internals'] });
    const sidecar = await TestSidecar.start();
    try {
      const round = async () => {
        const target = await sidecar.attach({ pid: app.pid }, 10);
        await app.get('/work');
        await sidecar.request('detach', { targetId: target.id });
        await eventually('the inspector to close', async () => (await inspectorUrl(app)) === null);
      };
      for (let count = 0; count < FIRST_ROUNDS; count += 1) await round();
      for (let count = 0; count < WARM_UPS; count += 1) await app.get('/work');
      const before = await memoryOf(app);
      for (let count = 0; count < ROUNDS; count += 1) await round();
      const after = await memoryOf(app);
      expect(after.handles).toBeLessThanOrEqual(before.handles);
      expect((after.heapBytes - before.heapBytes) / ROUNDS).toBeLessThan(MAX_GROWTH_BYTES_A_ROUND);
    } finally {
      await sidecar.stop();
      await app.stop();
    }
  },
  300_000,
);

async function inspectorUrl(app: SampleApp): Promise<string | null> {
  return JSON.parse((await app.get('/state')).body).inspectorUrl;
}

async function memoryOf(app: SampleApp): Promise<{ heapBytes: number; handles: number }> {
  return JSON.parse((await app.get('/memory')).body);
}
