import { describe, expect, test } from 'vitest';
import type { AgentReport, PendingWait, RawFrame, RequestReport } from '../../../sidecar/agent/reports';
import { decodeHooks, decodeReport, decodeUninstall } from '../../../sidecar/watch/agentReport';

const rawFrame: RawFrame = { functionName: 'f', file: '/srv/app.js', line: 1, column: 1, isAsync: false };
const pending: PendingWait = { id: -1, kind: 'timer', label: 'timer', startedAtMs: 0, frames: [rawFrame] };
const request: RequestReport = {
  requestNumber: 1,
  method: 'GET',
  url: '/',
  route: '/',
  startedAtMs: 0,
  durationMs: 1,
  computingMs: 1,
  heldUpMs: 0,
  heldUpBy: [{ requestNumber: 2, method: 'GET', route: '/', durationMs: 1 }],
  longestBlockMs: 0,
  victims: 0,
  thresholdMs: 500,
  evidence: {
    looks: [{ frames: [rawFrame], weightMs: 1, count: 1 }],
    waits: [pending],
    lastWait: pending,
    waitsLeftOut: 0,
  },
  end: { kind: 'finished', statusCode: 200 },
};
const report: AgentReport = {
  installed: true,
  atMs: 1,
  requestsSeen: 1,
  requestsInFlight: 1,
  running: { requestNumber: 1, ranForMs: 1, cpuMs: 1, innermost: 'f' },
  busyShare: 0.5,
  oldestMs: 1,
  requests: [request],
  leftOut: 0,
  inFlight: [{ requestNumber: 5, method: 'GET', route: '/orders', startedAtMs: 1 }],
  ignored: [{ reason: 'event stream', route: '/events', count: 2 }],
  profiles: [],
  profilingProblems: [],
  ownCostMs: 0.1,
};

const withReport = (changes: object) => JSON.stringify({ ...report, ...changes });
const withRequest = (changes: object) => withReport({ requests: [{ ...request, ...changes }] });
const withLooks = (count: number, frames: number) =>
  withRequest({
    evidence: {
      looks: Array(count).fill({ frames: Array(frames).fill(rawFrame), weightMs: 1, count: 1 }),
      waits: [],
      waitsLeftOut: 0,
    },
  });
const withWaits = (count: number) =>
  withRequest({ evidence: { looks: [], waits: Array(count).fill(pending), waitsLeftOut: 0 } });

test('what an agent says is taken as it is', () => {
  expect(decodeReport(JSON.stringify(report))).toEqual(report);
  const { running: _running, ...idle } = report;
  expect(decodeReport(JSON.stringify(idle))).toEqual(idle);
});

describe('a report is refused', () => {
  test.each([
    ['when it is undefined', undefined],
    ['when it is no JSON', '{'],
    ['when it is an object', report],
    ['when it is null', 'null'],
    ['when it is a list', '[]'],
    ['when something is missing', '{"installed":true}'],
    ['when a number is a text', withReport({ atMs: '1' })],
    ['when a number is NaN, which JSON has as null', withReport({ ownCostMs: Number.NaN })],
    ['when a number is beyond all numbers', JSON.stringify(report).replace('"busyShare":0.5', '"busyShare":1e999')],
    ['when a count is below 0', withReport({ requestsSeen: -1 })],
    ['when a count is no whole number', withReport({ requestsSeen: 0.5 })],
    ['when a duration is below 0', withRequest({ durationMs: -1 })],
    ['when a duration is beyond what can be counted exactly', withRequest({ durationMs: 2 ** 53 })],
    ['when the list of requests is an object', withReport({ requests: { length: 1, 0: request } })],
    [
      'when a line is below 0',
      withRequest({
        evidence: { looks: [], waits: [{ ...pending, frames: [{ ...rawFrame, line: -1 }] }], waitsLeftOut: 0 },
      }),
    ],
    ['when the end is of an unknown kind', withRequest({ end: { kind: 'exploded' } })],
    ['when the status is a text', withRequest({ end: { kind: 'finished', statusCode: '200' } })],
    ['when its parts are hidden in a prototype', `{"__proto__":${JSON.stringify(report)}}`],
  ])('%s', (_when, json) => {
    expect(() => decodeReport(json)).toThrow();
  });

  test.each([
    ['requests', (count: number) => withReport({ requests: Array(count).fill(request) }), 1_000],
    [
      'requests that held one up',
      (count: number) => withRequest({ heldUpBy: Array(count).fill(request.heldUpBy[0]) }),
      1_000,
    ],
    ['frames', (count: number) => withLooks(1, count), 200],
    ['looks', (count: number) => withLooks(count, 1), 100],
    ['waits', withWaits, 100],
    ['characters in a text', (count: number) => withRequest({ url: 'x'.repeat(count) }), 4_000],
  ])('when it has too many %s', (_what, json, limit) => {
    expect(decodeReport(json(limit))).toBeDefined();
    expect(() => decodeReport(json(limit + 1))).toThrow();
  });
});

test('names that mean something to JavaScript are left out and change nothing', () => {
  const hostile = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(report).slice(1)}`;
  const decoded = decodeReport(hostile);
  expect(decoded).toEqual(report);
  expect(Object.keys(decoded)).not.toContain('__proto__');
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
});

describe('the states of hooks', () => {
  test('are taken, 100 of them at the most', () => {
    const states = Array(100).fill({ name: 'a', state: 'failed', detail: 'b' });
    expect(decodeHooks(JSON.stringify(states))).toEqual(states);
    expect(() => decodeHooks(JSON.stringify([...states, ...states.slice(0, 1)]))).toThrow();
  });

  test.each(['{}', '[1]', '[{"name":"a"}]', '[{"name":"a","state":"gone"}]', '[{"name":7,"state":"failed"}]'])(
    'are refused when they are %s',
    json => {
      expect(() => decodeHooks(json)).toThrow();
    },
  );
});

describe('the answer to an uninstall', () => {
  test.each(['closing', 'leftToAnotherAgent', 'leftOpen'])('is taken with the inspector %s', inspector => {
    const answer = { undone: ['a'], kept: [], inspector };
    expect(decodeUninstall(JSON.stringify(answer))).toEqual(answer);
  });

  test.each([
    '{"undone":[],"kept":[]}',
    '{"undone":[],"kept":[],"inspector":"exploded"}',
    '{"undone":"a","kept":[],"inspector":"closing"}',
    '{"undone":[7],"kept":[],"inspector":"closing"}',
  ])('is refused when it is %s', json => {
    expect(() => decodeUninstall(json)).toThrow();
  });
});
