import { afterEach, describe, expect, test } from 'vitest';
import type { TargetState } from '../../sidecar/protocol/values';
import { DebuggerClient } from '../support/debuggerClient';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const NOTE = 'The app stood at a breakpoint of a debugger for part of the time.';

describe.each(nodeVersions)('an app that somebody debugs on Node $major', node => {
  let app: SampleApp | undefined;
  let sidecar: TestSidecar | undefined;
  let client: DebuggerClient | undefined;

  afterEach(async () => {
    client?.close();
    await sidecar?.stop();
    await app?.stop();
  });

  async function start() {
    app = await SampleApp.start('causes/server.js', { node });
    sidecar = await TestSidecar.start();
    const target = await sidecar.attach({ pid: app.pid }, 500);
    client = await DebuggerClient.connect(target.inspector.port);
    return { app, sidecar, target, client };
  }

  async function untilState(sidecar: TestSidecar, state: TargetState['state']): Promise<void> {
    await sidecar.waitFor('targetChanged', ({ target }) => target.state.state === state);
  }

  test('is shown as paused at a breakpoint, is left there, and is watched on afterwards', async () => {
    const { app, sidecar, client } = await start();
    await client.breakAt(app.file, markedLine(app.file, 'SLOW: GET /timers-promises'));
    const answer = app.get('/timers-promises');
    await client.paused();
    await untilState(sidecar, 'pausedByDebugger');
    // Figures come once a second, also now.
    const statsSoFar = sidecar.events('targetStats').length;
    await sidecar.waitFor('targetStats', () => sidecar.events('targetStats').length >= statsSoFar + 3);
    expect(client.timesResumed).toBe(0);
    expect(await client.evaluateInFrame('SLOW_MS')).toBe(3_000);

    const before = sidecar.received.length;
    await client.resume();
    expect((await answer).status).toBe(200);
    await untilState(sidecar, 'watching');
    const { value } = await sidecar.waitFor('slowRequest', ({ state }) => state.state === 'finished');
    expect(value.notes).toContain(NOTE);
    // What follows the breakpoint is what it is slow for; the time at it is not computing.
    expect(value).toMatchObject({ cause: 'waiting', wait: { kind: 'timer' } });
    expect(value.time.computingMs).toBeLessThan(value.durationMs * 0.3);
    const states = sidecar.received.slice(before).filter(({ name }) => name === 'targetChanged');
    expect(states).toHaveLength(1);
  });

  test('has no line to blame for a request that only stood at a breakpoint', async () => {
    const { app, sidecar, client } = await start();
    await client.breakAt(app.file, markedLine(app.file, 'BREAK: GET /innocent'));
    const answer = app.get('/innocent');
    await client.paused();
    await untilState(sidecar, 'pausedByDebugger');
    const statsSoFar = sidecar.events('targetStats').length;
    await sidecar.waitFor('targetStats', () => sidecar.events('targetStats').length >= statsSoFar + 3);
    await client.resume();
    await answer;
    const { value } = await sidecar.waitFor('slowRequest', ({ state }) => state.state === 'finished');
    expect(value.notes).toContain(NOTE);
    expect(value).toMatchObject({ url: '/innocent', cause: 'waiting' });
    expect(value.guiltyFrame).toBeUndefined();
  });

  test('is shown as paused though the debugger stopped it in the middle of a look into it', async () => {
    const { app, sidecar, target, client } = await start();
    // Nothing runs in the app now but what the sidecar calls.
    await client.pauseNow();
    await client.paused();
    await untilState(sidecar, 'pausedByDebugger');
    expect(client.timesResumed).toBe(0);
    sidecar.received.length = 0;
    await client.resume();
    await untilState(sidecar, 'watching');
    await app.get('/timer');
    await sidecar.waitFor('slowRequest', ({ url, state }) => url === '/timer' && state.state === 'finished');
    client.close();
    const { undone } = await sidecar.request('detach', { targetId: target.id });
    expect(undone[0]).toMatch(/^removed \d+ hooks$/);
    expect((await app.get('/innocent')).status).toBe(200);
  });
});
