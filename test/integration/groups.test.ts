import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RequestGroup, SlowRequest } from '../../sidecar/protocol/values';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';
import { createTempFolder, type TempFolder } from '../support/vscode/tempFolder';

const SOURCE = fileURLToPath(new URL('../apps/causes/server.js', import.meta.url));
const THRESHOLD_MS = 300;

describe('groups of slow requests', () => {
  let temp: TempFolder;
  let file: string;
  let app: SampleApp | undefined;
  let sidecar: TestSidecar;

  beforeEach(async () => {
    temp = createTempFolder('in-groups-');
    file = `${temp.path}/server.js`;
    copyFileSync(SOURCE, file);
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
    temp.remove();
  });

  /** Starts the app anew and watches it. */
  async function restarted(): Promise<SampleApp> {
    await app?.stop();
    app = await SampleApp.start(file, { cwd: temp.path, env: { SLOW_MS: '1500' } });
    await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    return app;
  }

  /** @returns the newest that was told of a group, when as many of its requests as expected have ended */
  async function groupOf(path: string, count: number): Promise<RequestGroup> {
    const isGroup = ({ route, count: counted, running }: RequestGroup) =>
      route === path && counted >= count && running === 0;
    return (await sidecar.waitFor('requestGroup', isGroup)).value;
  }

  test('keep their ids when the app is started again, also after lines were inserted above', async () => {
    const found: { group: RequestGroup; slowRequest: SlowRequest | undefined }[] = [];
    for (const inserted of ['', '', '// a line\n\n// and another\n']) {
      writeFileSync(file, `${inserted}${readFileSync(file, 'utf8')}`);
      await (await restarted()).get('/timers-promises');
      const group = await groupOf('/timers-promises', 1);
      found.push({ group, slowRequest: sidecar.slowRequests('/timers-promises').at(-1) });
      sidecar.received.length = 0;
    }
    const [first, second, third] = found;
    expect(first?.group.id).toMatch(/^[0-9a-f]{10}$/);
    expect(first?.slowRequest?.groupId).toBe(first?.group.id);
    expect(second?.group.id).toBe(first?.group.id);
    expect(third?.group.id).toBe(first?.group.id);
    expect(third?.group.frame?.line).toBe((first?.group.frame?.line ?? 0) + 3);
  });

  test('hold 30 requests of one kind, each counted once; another route is another group', async () => {
    const watched = await restarted();
    await Promise.all([
      ...Array.from({ length: 30 }, () => watched.get('/timers-promises')),
      watched.get('/compute-then-wait'),
    ]);
    const group = await groupOf('/timers-promises', 30);
    await groupOf('/compute-then-wait', 1);
    const slowRequests = sidecar.slowRequests('/timers-promises');
    expect(slowRequests).toHaveLength(30);
    expect(group.worstMs).toBeCloseTo(Math.max(...slowRequests.map(({ durationMs }) => durationMs)));
    expect(group.firstSeenAtMs).toBe(Math.min(...slowRequests.map(({ startedAtMs }) => startedAtMs)));
    const counts = new Map(sidecar.events('requestGroup').map(({ value: { id, count } }) => [id, count]));
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(31);
  });
});
