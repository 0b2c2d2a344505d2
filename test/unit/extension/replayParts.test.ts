import { describe, expect, test } from 'vitest';
import { outcomeText, progressText, secretParts, withSecret } from '../../../extension/replay/replayParts';

const request = {
  method: 'GET',
  url: '/orders?token=[redacted]&page=2',
  headers: [
    { name: 'Cookie', value: 'sid=[redacted]; theme=dark' },
    { name: 'Accept', value: '*/*' },
  ],
};

describe('the secrets of a recorded request', () => {
  test('are asked for one by one', () => {
    expect(secretParts(request)).toEqual([
      { kind: 'header', name: 'Cookie' },
      { kind: 'parameter', name: 'token' },
    ]);
  });

  test('are put where they were', () => {
    const withCookie = withSecret(request, { kind: 'header', name: 'Cookie' }, 'sid=1');
    const whole = withSecret(withCookie, { kind: 'parameter', name: 'token' }, 'a&b');
    expect(whole).toEqual({
      method: 'GET',
      url: '/orders?token=a%26b&page=2',
      headers: [
        { name: 'Cookie', value: 'sid=1' },
        { name: 'Accept', value: '*/*' },
      ],
    });
    expect(secretParts(whole)).toEqual([]);
  });
});

describe('the words about a replay', () => {
  test.each([
    [{ step: 'starting', answered: 0, times: 3 }, 'starting the copy'],
    [{ step: 'sending', answered: 2, times: 3 }, '2 of 3 answered'],
    [{ step: 'profiling', answered: 2, times: 3 }, 'profiling, 2 of 3 answered'],
    [{ step: 'profiling', answered: 0, times: 1 }, 'profiling, waiting for the answer'],
    [{ step: 'ending', answered: 3, times: 3 }, 'ending the copy'],
  ] as const)('while it runs: %j is "%s"', (progress, text) => {
    expect(progressText({ replayId: 'r', ...progress })).toBe(text);
  });

  test('say what was answered, how often and how fast', () => {
    const times = { count: 1, minMs: 412, medianMs: 412, p90Ms: 412, p99Ms: 412, maxMs: 412 };
    const once = { statusCodes: [{ statusCode: 200, count: 1 }], times, wasCancelled: false, notes: [] };
    expect(outcomeText(request, once)).toBe(
      'GET /orders was answered 200 after 412 ms by a copy, which has been ended.',
    );
    const often = {
      ...once,
      statusCodes: [{ statusCode: 200, count: 3 }],
      times: { ...times, count: 3 },
      notes: ['Told.'],
    };
    expect(outcomeText(request, often)).toBe(
      'GET /orders was answered 200 (3 times) by a copy, which has been ended. Told.',
    );
  });

  test('say what is kept of one that was cancelled', () => {
    expect(outcomeText(request, { statusCodes: [], wasCancelled: true, notes: [] })).toBe(
      'The replay of GET /orders was cancelled. There is no profile of it. Nothing of the copy was left.',
    );
  });
});
