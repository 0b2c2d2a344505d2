import { beforeEach, describe, expect, test } from 'vitest';
import { Occasions } from '../../../extension/notifications/occasions';
import { SessionStore } from '../../../extension/store/sessionStore';
import type { SlowRequest, TargetState } from '../../../sidecar/protocol/values';
import { slowRequest, target } from '../samples';

const FINISHED = { state: 'finished', statusCode: 200 } as const;

describe('worth a message is', () => {
  let store: SessionStore;
  let occasions: Occasions;

  beforeEach(() => {
    store = new SessionStore();
    occasions = new Occasions(store);
    store.putTarget(target());
  });

  const put = (number: number, changes: Partial<SlowRequest> = {}) =>
    store.putSlowRequest(slowRequest({ id: `t1:${number}`, startedAtMs: number, ...changes }));
  const texts = () => occasions.news().map(({ text }) => text);
  const end = (state: TargetState) => store.putTarget(target({ state }));
  const gone = (reason: 'exited' | 'killed' | 'inspectorClosed' | 'detached', report?: string) =>
    end({ state: 'gone', reason, message: 'It is over.', ...(report === undefined ? {} : { report }) });

  test('nothing while nothing happens', () => {
    expect(occasions.news()).toEqual([]);
  });

  test('the first slow request of a target, and no later one', () => {
    put(1);
    expect(occasions.news()).toEqual([
      {
        occasion: 'firstSlowRequest',
        about: 'first t1',
        text: 'GET /orders of server.js [4711] is slow: 1,204 ms so far, waiting in listOrders.',
        requestId: 't1:1',
      },
    ]);
    put(1, { state: FINISHED });
    put(2);
    expect(texts()).toEqual([]);
  });

  test('the first slow request again when the target was detached and attached anew, and not when its app was restarted', () => {
    put(1);
    texts();
    store.putTarget(target({ restarts: 1, pid: 4_712 }));
    put(2);
    expect(texts()).toEqual([]);
    store.removeTarget('t1');
    texts();
    store.putTarget(target());
    put(1);
    expect(texts()).toHaveLength(1);
  });

  test('a request that hangs, once', () => {
    put(1);
    texts();
    put(1, { level: 'hung', durationMs: 25_012 });
    expect(occasions.news()).toMatchObject([
      {
        occasion: 'hungRequest',
        about: 'hung t1',
        text: 'GET /orders of server.js [4711] hangs: 25,012 ms so far, waiting in listOrders.',
      },
    ]);
    put(1, { level: 'hung', durationMs: 26_000 });
    expect(texts()).toEqual([]);
  });

  test('many that hang at the same time, in one message; not those that hung', () => {
    put(9);
    texts();
    for (const number of [3, 1, 2]) put(number, { level: 'hung', durationMs: 30_000 - number });
    put(4, { level: 'hung', state: FINISHED });
    const [hung, ...others] = occasions.news();
    expect(hung).toMatchObject({ requestId: 't1:1' });
    expect(hung?.text).toMatch(
      /^3 requests of server\.js \[4711\] hang, longest of all GET \/orders: 29,999 ms so far/,
    );
    expect(others).toEqual([]);
  });

  test.each(['exited', 'killed', 'inspectorClosed'] as const)('a target that is gone: %s', reason => {
    gone(reason);
    expect(occasions.news()).toEqual([{ occasion: 'deadTarget', about: 'dead t1 4711', text: 'It is over.' }]);
    gone(reason);
    expect(texts()).toEqual([]);
  });

  test('what a dead target was doing, if it was doing anything', () => {
    gone('killed', 'This is what it was doing.');
    expect(occasions.news()).toMatchObject([
      { text: 'It is over. Requests were in flight.', lastReport: { text: 'This is what it was doing.' } },
    ]);
  });

  test('not that the user has detached', () => {
    gone('detached');
    expect(texts()).toEqual([]);
  });

  test('an app that waits for its restart only when requests were in flight', () => {
    end({ state: 'awaitingRestart', message: 'It has exited.' });
    expect(texts()).toEqual([]);
    store.putTarget(target({ pid: 4_712 }));
    store.putTarget(
      target({ pid: 4_712, state: { state: 'awaitingRestart', message: 'It was killed.', report: 'It was busy.' } }),
    );
    expect(texts()).toEqual(['It was killed. Requests were in flight.']);
  });
});
