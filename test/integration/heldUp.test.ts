import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 500;

describe.each(nodeVersions)('requests held up on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  const kept = new Agent({ keepAlive: true });

  beforeAll(async () => {
    app = await SampleApp.start('causes/server.js', { node, env: { SLOW_MS: '4000' } });
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
  });

  afterEach(() => {
    sidecar.received.length = 0;
  });

  afterAll(async () => {
    kept.destroy();
    await sidecar?.stop();
    await app?.stop();
  });

  /** Both, when they have ended. */
  async function blockerAnd(path: string): Promise<{ blocker: SlowRequest; innocent: SlowRequest }> {
    const ended = (url: string) =>
      sidecar.waitFor('slowRequest', value => value.url === url && value.state.state === 'finished');
    const [blocker, innocent] = await Promise.all([ended('/loop'), ended(path)]);
    return { blocker: blocker.value, innocent: innocent.value };
  }

  async function untilItBlocks(): Promise<void> {
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === '/loop' && state.state === 'running');
  }

  /** What holds whenever one request kept another from running. */
  function expectBlame({ blocker, innocent }: { blocker: SlowRequest; innocent: SlowRequest }): void {
    const { requestNumber, method, route } = blocker;
    expect(innocent.cause).toBe('heldUp');
    expect(innocent.heldUpBy).toEqual([{ requestNumber, method, route, durationMs: expect.any(Number) }]);
    expect(innocent.heldUpBy[0]?.durationMs).toBeGreaterThan(innocent.time.heldUpMs * 0.8);
    expect(innocent.time.heldUpMs).toBeLessThan(blocker.durationMs * 1.1);
    expect(innocent.notes).toContainEqual(expect.stringContaining(`GET /loop (request ${requestNumber})`));

    expect(blocker).toMatchObject({ cause: 'computing', route: '/loop', heldUpBy: [], victims: 1 });
    const guilty = blocker.frames[blocker.guiltyFrame ?? -1];
    expect(guilty).toMatchObject({ file: app.file, line: markedLine(app.file, 'SLOW: GET /loop') });
    // The line to look at is the blocker's: the innocent one has none of its own.
    expect(innocent.frames[innocent.guiltyFrame ?? -1]).toMatchObject({ file: guilty?.file, line: guilty?.line });
  }

  test('whose timer comes due while another one blocks name the blocker, and the blocker counts them', async () => {
    const parked = app.open('/parked');
    await parked.answering;
    await app.get('/loop');
    await parked.answer;
    const both = await blockerAnd('/parked');
    expectBlame(both);
    // It waited for its timer during the first quarter of the block.
    expect(both.innocent.time.heldUpMs).toBeGreaterThan(both.blocker.durationMs * 0.5);
    expect(both.innocent.time.waitingMs).toBeGreaterThan(both.blocker.durationMs * 0.1);
  });

  test('that arrive on a new connection while another one blocks name the blocker', async () => {
    const block = app.get('/loop');
    await untilItBlocks();
    await Promise.all([app.get('/innocent'), block]);
    const both = await blockerAnd('/innocent');
    expectBlame(both);
    expect(both.innocent.time.heldUpMs).toBeGreaterThan(both.innocent.durationMs * 0.8);
    expect(both.innocent.durationMs).toBeGreaterThan(both.blocker.durationMs * 0.5);
  });

  test('that arrive on a connection kept open while another one blocks name the blocker', async () => {
    await app.open('/innocent', kept).answer;
    const block = app.get('/loop');
    await untilItBlocks();
    await Promise.all([app.open('/innocent', kept).answer, block]);
    const both = await blockerAnd('/innocent');
    expectBlame(both);
    expect(both.innocent.time.heldUpMs).toBeGreaterThan(both.innocent.durationMs * 0.8);
  });

  test('do not hand the blame on to quick ones that follow on their connection', async () => {
    await app.open('/innocent', kept).answer;
    const block = app.get('/loop');
    await untilItBlocks();
    await Promise.all([app.open('/innocent', kept).answer, block]);
    const statsSoFar = sidecar.events('targetStats').length;
    // For as long as anything that was seen during the block could still be told.
    while (sidecar.events('targetStats').length < statsSoFar + 3) await app.open('/innocent', kept).answer;
    const { innocent } = await blockerAnd('/innocent');
    expect(sidecar.slowRequests('/innocent').map(({ id }) => id)).toEqual([innocent.id]);
  });
});
