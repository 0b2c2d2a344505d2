/** Arguments and locals of requests that hold the event loop, read from real apps on every Node.js there is. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { CapturedVariables, SlowRequest, WatchSettings } from '../../sidecar/protocol/values';
import { DebuggerClient } from '../support/debuggerClient';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { nodeVersion, nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 200;
const NEWEST = nodeVersion(24);

let app: SampleApp;
let sidecar: TestSidecar;

beforeEach(async () => {
  sidecar = await TestSidecar.start();
});

afterEach(async () => {
  await app?.stop();
  await sidecar?.stop();
});

async function watch(captureLocals: WatchSettings['captureLocals'], node = NEWEST): Promise<string> {
  app = await SampleApp.start('locals/server.js', { node });
  return (await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { captureLocals })).id;
}

const ended = (path: string, nth = 0) =>
  eventually(`the end of ${path}`, () => {
    const request = sidecar.slowRequests(path)[nth];
    return request?.state.state === 'finished' && request;
  });

function valuesOf({ variables }: SlowRequest, functionName: string): Record<string, string> {
  const found = variables?.frames.find(({ frame }) => frame.functionName === functionName);
  return Object.fromEntries(found?.variables.map(({ name, value }) => [name, value]) ?? []);
}

const noteOf = ({ notes }: SlowRequest) => notes.find(note => note.startsWith('Variables were not captured'));

/** A `debugger` statement of the app goes on at once when no debugger is on. */
async function expectDebuggerOff(): Promise<void> {
  expect(await app.get('/paused')).toMatchObject({ status: 200, body: 'went on' });
}

describe.each(nodeVersions)('on Node $major', node => {
  test('arguments and locals of the frames of the app are in the report, and the pause that it took', async () => {
    await watch('blocked', node);
    await app.get('/ordinary?order=17');
    const request = await ended('/ordinary');
    const values = valuesOf(request, 'ordinary');
    expect(values).toMatchObject({
      orderId: '"17"',
      customer: '"customer of 17"',
      sizes: 'Map { "small" => 1 }',
      order: 'Order { id: "17", lines: [{ sku: "a-1", prices: Object (not captured: depth) }] }',
    });
    expect(values.many).toMatch(/^\[0, 1, .*9, \(not captured: items, 15 more\)\]$/);
    expect(values.long).toMatch(/^"x+" \(not captured: length, 5000 characters\)$/);
    expect(Object.keys(values)[0]).toBe('orderId');
    const { frames, pauseMs, enableMs, atMs } = request.variables as CapturedVariables;
    expect(frames[0]?.frame).toMatchObject({ functionName: 'hold' });
    expect(frames[1]?.frame).toMatchObject({ line: markedLine(app.file, 'SLOW: GET /ordinary') });
    expect(pauseMs).toBeGreaterThan(0);
    expect(enableMs).toBeGreaterThan(0);
    expect(atMs).toBeGreaterThanOrEqual(THRESHOLD_MS);
    expect(noteOf(request)).toBeUndefined();
    await expectDebuggerOff();
  });

  test('no getter, no proxy trap and no method of the app runs', async () => {
    await watch('blocked', node);
    await app.get('/hostile');
    const values = valuesOf(await ended('/hostile'), 'hostile');
    expect(values).toMatchObject({
      proxy: '(not captured: proxy)',
      getters: '{ plain: 1, trapped: (not captured: getter) }',
      list: '[1, (not captured: getter), 3]',
      circle: '{ self: circular }',
    });
    expect(values.huge).toMatch(/\(not captured: items, 19990 more\) }$/);
    expect(await app.get('/intrusions')).toMatchObject({ body: '[]' });
  });

  test('an app that matches a pattern survives the pause', async () => {
    await watch('blocked', node);
    for (let round = 0; round < 3; round += 1) {
      const text = await app.get('/pattern');
      expect(text).toMatchObject({ status: 200, body: 'false' });
    }
    expect(valuesOf(await ended('/pattern'), 'pattern').text).toMatch(/^"a+!"$/);
    await expectDebuggerOff();
  });
});

test('`next` reads the next blocked request and no other, and counts anew when it is set again', async () => {
  const targetId = await watch('next');
  for (let round = 0; round < 2; round += 1) await app.get('/ordinary?order=1');
  expect((await ended('/ordinary', 0)).variables).toBeDefined();
  expect((await ended('/ordinary', 1)).variables).toBeUndefined();
  const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs: THRESHOLD_MS, captureLocals: 'next' as const };
  await sidecar.request('configure', { targetId, settings });
  await app.get('/ordinary?order=2');
  expect(valuesOf(await ended('/ordinary', 2), 'ordinary').orderId).toBe('"2"');
});

test('`off` reads none', async () => {
  await watch('off');
  await app.get('/ordinary?order=1');
  const request = await ended('/ordinary');
  expect(request.variables).toBeUndefined();
  expect(noteOf(request)).toBeUndefined();
});

test('each blocked request is read once', async () => {
  await watch('blocked');
  await app.get('/ordinary?order=1');
  await ended('/ordinary');
  const read = sidecar.events('slowRequest').flatMap(({ value }) => value.variables?.atMs ?? []);
  expect(new Set(read).size).toBe(1);
});

test.each([
  ['/deep?calls=150', undefined],
  ['/deep?calls=1000', 'Variables were not captured: its stack is deeper than 200 calls.'],
])('the stack of %s decides whether it is worth a pause', async (path, note) => {
  await watch('blocked');
  await app.get(path);
  const request = await ended('/deep');
  expect(noteOf(request)).toBe(note);
  expect(request.variables === undefined).toBe(note !== undefined);
  await expectDebuggerOff();
});

test('a native call that does not answer is told, and the debugger is off after it', async () => {
  await watch('blocked');
  await app.get('/native');
  const request = await ended('/native');
  expect(request.variables).toBeUndefined();
  expect(noteOf(request)).toBe('Variables were not captured: the app did not answer within a second.');
  await expectDebuggerOff();
});

test('variables of another context are not taken, and the frame says so', async () => {
  await watch('blocked');
  await app.get('/context');
  const request = await ended('/context');
  const frames = new Map(request.variables?.frames.map(read => [read.frame.functionName, read]));
  expect(frames.get('hold')?.variables).not.toEqual([]);
  expect(frames.get('inside')).toMatchObject({ variables: [], notCaptured: '(not captured: another context)' });
});

describe('beside another debugger', () => {
  let other: DebuggerClient;
  afterEach(() => other?.close());

  async function connectOther(targetId: string): Promise<void> {
    const { target } = await eventually('the target', () =>
      sidecar
        .events('targetChanged')
        .map(({ value }) => value)
        .find(({ target }) => target.id === targetId),
    );
    other = await DebuggerClient.connect(target.inspector.port);
  }

  test('which has stopped the app nothing is read, and the app stays where that has stopped it', async () => {
    await connectOther(await watch('blocked'));
    await other.breakAt(app.file, markedLine(app.file, 'SLOW: GET /ordinary'));
    const answer = app.get('/ordinary?order=1');
    await other.paused();
    await sidecar.waitFor('targetChanged', ({ target }) => target.state.state === 'pausedByDebugger');
    expect(sidecar.slowRequests('/ordinary')[0]?.variables).toBeUndefined();
    expect(await other.evaluateInFrame('orderId')).toBe('1');
    expect(other.timesResumed).toBe(0);
    await other.resume();
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('which has not, the app is read and runs on', async () => {
    await connectOther(await watch('blocked'));
    expect(await app.get('/ordinary?order=1')).toMatchObject({ status: 200 });
    expect(valuesOf(await ended('/ordinary'), 'ordinary').orderId).toBe('"1"');
    expect(other.timesResumed).toBe(1);
  });
});

/** From before the debugger is switched on until after the pause. */
const MOMENTS_MS = [200, 230, 250, 270, 290, 310, 350];

test('an app whose sidecar is killed at whatever moment of a reading runs on, with the debugger off', async () => {
  app = await SampleApp.start('locals/server.js', { node: NEWEST });
  for (const atMs of MOMENTS_MS) {
    await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { captureLocals: 'blocked' });
    const answer = app.get('/ordinary?order=1');
    await delay(atMs);
    sidecar.kill('SIGKILL');
    expect(await answer).toMatchObject({ status: 200 });
    await expectDebuggerOff();
    sidecar = await TestSidecar.start();
  }
});

test('detaching at whatever moment of a reading leaves an app that runs on', async () => {
  app = await SampleApp.start('locals/server.js', { node: NEWEST });
  for (const atMs of MOMENTS_MS) {
    const { id: targetId } = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { captureLocals: 'blocked' });
    const answer = app.get('/ordinary?order=1');
    await delay(atMs);
    await sidecar.request('detach', { targetId });
    expect(await answer).toMatchObject({ status: 200 });
    await expectDebuggerOff();
  }
});

/** What is told of them goes over the same connection: an app that hears it at the wrong moment would never go on. */
test.each([20, 24])('many readings, while others wait to be read, leave none hanging on Node %i', async major => {
  app = await SampleApp.start('locals/server.js', { node: nodeVersion(major), env: { BUSY_MS: '400' } });
  await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { captureLocals: 'blocked' });
  const readings = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    const answers = [1, 2, 3].map(order => app.get(`/ordinary?order=${order}`));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200 });
  }
  for (const { id, variables } of sidecar.slowRequests('/ordinary')) if (variables !== undefined) readings.add(id);
  expect(readings.size).toBeGreaterThanOrEqual(6);
  await expectDebuggerOff();
});

test('while another editor watches the app, too, nothing is read, and it is said why', async () => {
  await watch('blocked');
  const other = await TestSidecar.start();
  try {
    await other.attach({ pid: app.pid }, THRESHOLD_MS);
    await app.get('/ordinary?order=1');
    expect(noteOf(await ended('/ordinary'))).toBe('Variables were not captured: another editor watches this app, too.');
  } finally {
    await other.stop();
  }
});
