import { beforeEach, describe, expect, test } from 'vitest';
import { emptyBecause } from '../../../extension/trees/emptyBecause';
import type { Model } from '../../../extension/trees/rootNodes';
import { ignoredText, runningBadge, viewMessage } from '../../../extension/trees/viewTexts';
import { journalInfo, slowRequest, target } from '../samples';
import { emptyModel, stats } from './model';

const AWAITING = { state: 'awaitingRestart', message: 'server.js [4711] has exited; it is watched again.' } as const;
const GONE = { state: 'gone', reason: 'exited', message: 'server.js [4711] has exited.' } as const;
const IGNORED = [
  { reason: 'event stream', route: 'GET /events', count: 1 },
  { reason: 'event stream', route: 'GET /news', count: 1 },
  { reason: 'long poll', route: 'GET /poll', count: 1 },
];

let model: Model;

beforeEach(() => {
  model = emptyModel();
});

describe('above the requests stands', () => {
  test('nothing while there are none: the welcome text is there instead', () => {
    model.store.putTarget(target());
    model.view.setFilter('orders');
    expect(viewMessage(model)).toBeUndefined();
  });

  test('what is watched, what is not, and by what the view is filtered', () => {
    model.store.putTarget(target());
    model.store.putSlowRequest(slowRequest());
    model.store.putSlowRequest(slowRequest({ id: 't1:6', route: '/stock', groupId: 'g2', url: '/stock' }));
    expect(viewMessage(model)).toBe('server.js [4711].');
    model.store.putStats(stats({ requestsSeen: 1_200, ignored: IGNORED }));
    model.view.setFilter('orders.ts /stock');
    expect(viewMessage(model)).toBe(
      'server.js [4711] · 1,200 requests, 3 slow. 2 event streams and 1 long poll are not watched. Filter “orders.ts /stock”: 1 of 2 shown.',
    );
    model.view.setFilter('nothing like it');
    expect(viewMessage(model)).toContain('none of 2 shown');
  });

  test('how a target ended, of those that ended', () => {
    model.store.putTarget(target());
    model.store.putSlowRequest(slowRequest());
    model.store.putTarget(target({ state: AWAITING }));
    expect(viewMessage(model)).toBe(AWAITING.message);
  });

  test('nothing of targets when only a journal is open', () => {
    model.journals.put({ info: journalInfo(), target: target(), slowRequests: [], problems: [] });
    expect(viewMessage(model)).toBeUndefined();
  });
});

test.each([
  [[], undefined],
  [[{ reason: 'long poll', route: 'GET /a', count: 1 }], '1 long poll is not watched'],
  [[{ reason: 'event stream', route: 'GET /a', count: 1_234 }], '1,234 event streams are not watched'],
  [IGNORED, '2 event streams and 1 long poll are not watched'],
  [
    [...IGNORED, { reason: 'rule', route: 'GET /b', count: 3 }],
    '2 event streams, 1 long poll and 3 requests ignored by rules are not watched',
  ],
  [[{ reason: 'something new', route: 'GET /a', count: 2 }], '2 something new are not watched'],
])('of %j it is said: %s', (ignored, text) => {
  expect(ignoredText(ignored)).toBe(text);
});

describe('the badge', () => {
  const put = (number: number, level: 'slow' | 'hung', isRunning = true) =>
    model.store.putSlowRequest(
      slowRequest({ id: `t1:${number}`, level, state: isRunning ? { state: 'running' } : { state: 'aborted' } }),
    );

  beforeEach(() => model.store.putTarget(target()));

  test('is not there while nothing slow runs', () => {
    put(1, 'hung', false);
    expect(runningBadge(model)).toBeUndefined();
  });

  test('counts what is slow and runs, and says how many of them hang', () => {
    put(1, 'slow');
    expect(runningBadge(model)).toEqual({ value: 1, tooltip: '1 slow request is running' });
    put(2, 'slow');
    expect(runningBadge(model)).toEqual({ value: 2, tooltip: '2 slow requests are running' });
    put(3, 'hung');
    expect(runningBadge(model)).toEqual({ value: 3, tooltip: '3 slow requests are running, 1 of them hung' });
    for (const number of [1, 2]) put(number, 'slow', false);
    expect(runningBadge(model)).toEqual({ value: 1, tooltip: '1 hung request is running' });
    put(4, 'hung');
    expect(runningBadge(model)?.tooltip).toBe('2 slow requests are running, all of them hung');
  });
});

describe('the view is empty because', () => {
  test('the workspace is not trusted, whatever else holds', () => {
    expect(emptyBecause(model.store, false)).toBe('untrusted');
  });

  test('nothing is attached, or the sidecar does not start', () => {
    expect(emptyBecause(model.store, true)).toBe('notAttached');
    model.store.setSidecarState('failed');
    expect(emptyBecause(model.store, true)).toBe('sidecarFailed');
  });

  test('no request came, none was slow, or those that take long are not watched', () => {
    model.store.putTarget(target());
    expect(emptyBecause(model.store, true)).toBe('noRequests');
    model.store.putStats(stats());
    expect(emptyBecause(model.store, true)).toBe('nothingSlow');
    model.store.putStats(stats({ ignored: IGNORED }));
    expect(emptyBecause(model.store, true)).toBe('onlyIgnored');
  });

  test('the app has ended, whether it is awaited or not', () => {
    model.store.putTarget(target());
    model.store.putStats(stats());
    model.store.putTarget(target({ state: AWAITING }));
    expect(emptyBecause(model.store, true)).toBe('awaitingRestart');
    model.store.putTarget(target({ state: GONE }));
    expect(emptyBecause(model.store, true)).toBe('targetGone');
  });
});
