import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { InFlightRequests } from '../../../sidecar/agent/inFlightRequests';
import type { Policy } from '../../../sidecar/agent/reports';
import { RequestJudge } from '../../../sidecar/agent/requestJudge';
import { type RequestRecord, RequestTable } from '../../../sidecar/agent/requests';
import { RoutePolicy } from '../../../sidecar/agent/routePolicy';
import type { Clock, Load } from '../../../sidecar/agent/runtime';

const load: Load = createRequire(import.meta.url);
const clock: Clock = { nowMs: () => 0, idleMs: () => 0, epochMs: nowMs => nowMs };

function policy(thresholdMs: number, routes: Record<string, number | 'ignore'> = {}): RoutePolicy {
  const rules: Policy['routes'] = Object.entries(routes).map(([pattern, rule]) => ({ pattern, thresholdMs: rule }));
  return new RoutePolicy({ thresholdMs, routes: rules });
}

let table: RequestTable;
let judge: RequestJudge;
let inFlight: InFlightRequests;

function watchBy(rules: RoutePolicy): void {
  table = new RequestTable();
  judge = new RequestJudge(load, rules);
  inFlight = new InFlightRequests(load, clock, judge, () => table.inFlight.values());
}

/** Starts at 0. */
function start(url: string, headers: string[] = []): { record: RequestRecord; response: ServerResponse } {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { url, method: 'GET', rawHeaders: headers });
  const response = new ServerResponse(request);
  return { record: table.start(request, response, { startedMs: 0, busyAtStartMs: 0, sharedAtStartMs: 0 }), response };
}

const slowUrls = (nowMs: number) => inFlight.slow(nowMs).slow.map(({ url }) => url);

beforeEach(() => watchBy(policy(1_000)));

describe('a request is slow', () => {
  test('from its threshold on', () => {
    start('/a');
    expect(slowUrls(999.9)).toEqual([]);
    expect(slowUrls(1_000)).toEqual(['/a']);
  });

  test('from the threshold of its own route on, whatever started before it', () => {
    watchBy(policy(1_000, { '/late': 5_000, '/early': 0.5 }));
    for (const url of ['/late', '/a', '/early']) start(url);
    expect(slowUrls(0.4)).toEqual([]);
    expect(slowUrls(0.5)).toEqual(['/early']);
    expect(slowUrls(1_000)).toEqual(['/a', '/early']);
    expect(slowUrls(4_999)).toEqual(['/a', '/early']);
    expect(slowUrls(5_000)).toEqual(['/late', '/a', '/early']);
  });

  test('by other rules as soon as they are given', () => {
    start('/a');
    expect(slowUrls(500)).toEqual([]);
    judge.use(policy(400));
    expect(slowUrls(500)).toEqual(['/a']);
  });

  test('by the rule of a route that its framework names late', () => {
    watchBy(policy(1_000, { '/orders/:id': 50 }));
    const { record } = start('/orders/first');
    expect(slowUrls(50)).toEqual([]);
    record.route = '/orders/:id';
    expect(slowUrls(100)).toEqual(['/orders/first']);
  });

  test('at its end, by its route as it is known then', () => {
    watchBy(policy(1_000, { '/orders/:id': 50 }));
    const { record } = start('/orders/first');
    expect(slowUrls(50)).toEqual([]);
    record.route = '/orders/:id';
    record.durationMs = 60;
    expect(judge.wasSlow(record)).toBe(true);
    record.durationMs = 49.9;
    expect(judge.wasSlow(record)).toBe(false);
  });

  test('to its end once it was told of, whatever rule comes then', () => {
    const { record } = start('/a');
    record.reportedEvidence = 'told';
    judge.use(policy(60_000));
    expect(slowUrls(2_000)).toEqual(['/a']);
    judge.use(policy(1_000, { '/a': 'ignore' }));
    expect(slowUrls(2_000)).toEqual(['/a']);
    expect(judge.thresholdMs(record, 2_000)).toBe(1_000);
  });
});

describe('a request that is meant to last', () => {
  test('is counted once, while it goes on, when it is over the general threshold', () => {
    const { response } = start('/events');
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    expect(slowUrls(999)).toEqual([]);
    expect(judge.ignored).toEqual([]);
    for (const nowMs of [1_000, 1_100, 2_000, 4_000, 100_000]) expect(slowUrls(nowMs)).toEqual([]);
    expect(judge.ignored).toEqual([{ reason: 'event stream', route: 'GET /events', count: 1 }]);
  });

  test('makes nobody look more often', () => {
    start('/jobs/poll');
    expect(inFlight.oldestMs(249)).toBe(249);
    expect(inFlight.oldestMs(250)).toBe(0);
    start('/a');
    expect(inFlight.oldestMs(300)).toBe(300);
    expect(inFlight.oldest().map(({ route }) => route)).toEqual(['/a']);
  });

  test('is watched when a rule gives its route a threshold', () => {
    watchBy(policy(1_000, { '/jobs/poll': 2_000 }));
    start('/jobs/poll');
    expect(slowUrls(1_999)).toEqual([]);
    expect(slowUrls(2_000)).toEqual(['/jobs/poll']);
  });

  test('is slow as any other when its answer has not shown by then what it is', () => {
    const { response } = start('/shown');
    start('/unshown');
    expect(slowUrls(900)).toEqual([]);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    expect(slowUrls(1_000)).toEqual(['/unshown']);
  });
});

describe('what is ignored', () => {
  const poll = (route: number, count: number) => {
    for (let each = 0; each < count; each += 1) start(`/route-${route}/poll`);
  };

  test('is told for 20 routes, the most frequent', () => {
    for (let route = 0; route < 20; route += 1) poll(route, 1);
    slowUrls(1_000);
    expect(judge.ignored).toHaveLength(20);
    poll(20, 2);
    slowUrls(1_000);
    expect(judge.ignored).toHaveLength(20);
    expect(judge.ignored[0]).toEqual({ reason: 'long poll', route: 'GET /route-20/poll', count: 2 });
  });
});

describe('many requests', () => {
  test.each([
    [100, 0],
    [101, 1],
  ])('%i of which turn old at once leave %i to the next drain', (count, left) => {
    for (let each = 0; each < count; each += 1) start(`/${each}`);
    const first = inFlight.slow(1_000);
    expect(first.unjudged).toBe(left);
    expect(first.slow).toHaveLength(count - left);
    expect(inFlight.slow(1_010)).toMatchObject({ unjudged: 0, slow: { length: count } });
  });

  test('are judged again a few times only, however long they last', () => {
    watchBy(policy(1_000, { '/a': 'ignore' }));
    const { record } = start('/a');
    const verdicts = new Set();
    for (let nowMs = 0; nowMs < 100_000; nowMs += 100) {
      slowUrls(nowMs);
      verdicts.add(record.verdict);
    }
    expect(verdicts.size).toBeLessThan(12);
  });
});
