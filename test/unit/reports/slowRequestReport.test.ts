import { describe, expect, test } from 'vitest';
import type { Wait } from '../../../sidecar/protocol/values';
import { endLine, slowRequestReport, stateText } from '../../../sidecar/reports/slowRequestReport';
import { frame, slowRequest, target } from '../samples';

const wait = (label: string, durationMs: number): Wait => ({ kind: 'socket', label, durationMs, frames: [] });
const handler = frame({
  functionName: 'handler',
  file: '/srv/shop/src/server.ts',
  line: 41,
  column: 18,
  sourceLine: 'const orders = await listOrders(req.query.user)',
});
const inExpress = frame({ origin: 'package', packageName: 'express', file: '/srv/shop/node_modules/express/a.js' });
const inNode = frame({ origin: 'node', file: 'node:http' });

describe('the report', () => {
  test('of a running request that waits', () => {
    const request = slowRequest({
      url: '/orders?user=7',
      wait: wait('data from 127.0.0.1:5432', 1_102),
      otherWaits: [wait('timer of 30,000 ms', 1_150)],
      frames: [
        frame({
          functionName: 'findByUser',
          file: '/srv/shop/src/repo.ts',
          line: 9,
          column: 31,
          isAsync: true,
          sourceLine: 'const { rows } = await pool.query(SQL, [id])',
        }),
        inExpress,
        inExpress,
        handler,
        inNode,
      ],
      heldUpBy: [{ requestNumber: 4, method: 'POST', route: '/report', durationMs: 23 }],
      notes: ['Seen waiting here for 2 operations one after the other.'],
    });
    expect(slowRequestReport(request, target())).toBe(
      `
Slow request: GET /orders?user=7          still running after 1,204 ms     (threshold 1,000 ms)
Started 2026-11-23 10:41:07.120 UTC · server.js[4711] on build-3 · Node 24.21.0 · request 5
Time so far: computing 31 ms · waiting 1,150 ms · held up by another request 23 ms
Held up 23 ms by POST /report (request 4)

Waiting for data from 127.0.0.1:5432, 1,102 ms so far
Also pending: timer of 30,000 ms, 1,150 ms
Traceback (outermost first)
      … 1 frame of Node.js
      src/server.ts:41:18          handler          const orders = await listOrders(req.query.user)
      … 2 frames of express
    > src/repo.ts:9:31             findByUser       const { rows } = await pool.query(SQL, [id])
Note: Seen waiting here for 2 operations one after the other.`.trim(),
    );
  });

  test('of a finished request that computed and kept others from running', () => {
    const request = slowRequest({
      method: 'POST',
      url: '/report/7',
      route: '/report/:id',
      durationMs: 3_001,
      thresholdMs: 500,
      state: { state: 'finished', statusCode: 200 },
      time: { computingMs: 3_000, waitingMs: 1, heldUpMs: 0 },
      cause: 'computing',
      frames: [
        frame({ origin: 'native', file: '', line: 0, column: 0, functionName: 'RegExp.test' }),
        { ...handler, functionName: '' },
      ],
      guiltyFrame: 1,
      victims: 14,
    });
    expect(slowRequestReport(request, target())).toBe(
      `
Slow request: POST /report/7   (route /report/:id)          answered 200 after 3,001 ms     (threshold 500 ms)
Started 2026-11-23 10:41:07.120 UTC · server.js[4711] on build-3 · Node 24.21.0 · request 5
Time: computing 3,000 ms · waiting 1 ms · held up by another request 0 ms
Kept 14 other requests from running

Traceback (outermost first)
    > src/server.ts:41:18          (anonymous)      const orders = await listOrders(req.query.user)
      … 1 frame of RegExp.test

Ended: answered 200 after 3,001 ms`.trim(),
    );
  });

  test('of a request that was held up until its client went away', () => {
    const request = slowRequest({
      state: { state: 'aborted' },
      time: { computingMs: 4, waitingMs: 100, heldUpMs: 1_100 },
      cause: 'heldUp',
      frames: [],
      guiltyFrame: undefined,
      victims: 1,
      notes: ['The event loop was held by other work; which one was not seen.'],
    });
    expect(slowRequestReport(request, target())).toBe(
      `
Slow request: GET /orders          cut off before its answer was complete, after 1,204 ms     (threshold 1,000 ms)
Started 2026-11-23 10:41:07.120 UTC · server.js[4711] on build-3 · Node 24.21.0 · request 5
Time: computing 4 ms · waiting 100 ms · held up by another request 1,100 ms
Kept 1 other request from running

No traceback.
Note: The event loop was held by other work; which one was not seen.

Ended: cut off before its answer was complete, after 1,204 ms`.trim(),
    );
  });

  test('of a request whose end is unknown, its files outside the working directory', () => {
    const request = slowRequest({
      state: { state: 'unknown', message: 'server.js [4711] has exited.' },
      wait: wait('timer of 3,000 ms', 1_000),
    });
    expect(slowRequestReport(request, target({ workingDirectory: '/elsewhere' }))).toBe(
      `
Slow request: GET /orders          unfinished after 1,204 ms: server.js [4711] has exited     (threshold 1,000 ms)
Started 2026-11-23 10:41:07.120 UTC · server.js[4711] on build-3 · Node 24.21.0 · request 5
Time: computing 31 ms · waiting 1,150 ms · held up by another request 23 ms

Waiting for timer of 3,000 ms, 1,000 ms
Traceback (outermost first)
    > /srv/shop/src/orders.ts:17:22 listOrders

Ended: unfinished after 1,204 ms: server.js [4711] has exited`.trim(),
    );
  });

  test('of a hung request tells its looks, what went on beside it, and last what the client sent', () => {
    const place = frame({ functionName: 'findByUser', file: '/srv/shop/src/repo.ts', line: 9 });
    const request = slowRequest({
      level: 'hung',
      url: '/orders?user=7',
      origin: 'http://shop.example:8080',
      durationMs: 25_100,
      looks: [
        { atMs: 300.4, sameForMs: 0, count: 1, cause: 'computing', frame: frame() },
        { atMs: 1_304, sameForMs: 4_000, count: 5, cause: 'waiting', frame: place, wait: 'query' },
        { atMs: 6_300, sameForMs: 0, count: 1, cause: 'waiting' },
      ],
      lookShares: [
        { share: 5 / 7, looks: 5, cause: 'waiting', frame: place },
        { share: 1 / 7, looks: 1, cause: 'computing', frame: frame() },
        { share: 1 / 7, looks: 1, cause: 'waiting' },
      ],
      others: { count: 3, shown: [{ requestNumber: 2, method: 'GET', route: '/a', durationMs: 31_000 }] },
      query: [{ name: 'user', value: '7' }],
      headers: [
        { name: 'host', value: 'shop.example:8080' },
        { name: 'authorization', value: '[redacted]' },
      ],
    });
    const [head, , looks, ...rest] = slowRequestReport(request, target()).split('\n\n');
    expect(head?.split('\n')).toEqual([
      expect.stringMatching(/^Hung request: GET \/orders\?user=7 {10}still running after 25,100 ms/),
      expect.stringMatching(/^Started /),
      expect.stringMatching(/^Time so far: /),
      'URL: http://shop.example:8080/orders?user=7',
    ]);
    expect(looks).toBe(
      `
Looks
    300 ms  computing  src/orders.ts:17 listOrders
  1,304 ms  waiting    src/repo.ts:9 findByUser  query   same for 4 s
  6,300 ms  waiting    nothing seen
  71 % of 7 looks: src/repo.ts:9 findByUser
  14 % of 7 looks: src/orders.ts:17 listOrders
  14 % of 7 looks: waiting`.trim(),
    );
    expect(rest.join('\n\n')).toBe(
      `
Other requests in flight: 3 (GET /a 31,000 ms, 2 more)

Query
  user  7

Headers
  host           shop.example:8080
  authorization  [redacted]`.trim(),
    );
  });

  test('keeps every line whole, whatever the app and its clients put into it', () => {
    const hostile = 'a\nb\r\x1b[31m\u2028\u202e\udbae';
    const request = slowRequest({
      url: `/${hostile}`,
      origin: `http://${hostile}`,
      route: hostile,
      frames: [frame({ functionName: hostile, sourceLine: hostile })],
      wait: wait(hostile, 1),
      notes: [hostile],
      looks: [{ atMs: 1_000, sameForMs: 1_000, count: 2, cause: 'waiting', wait: hostile }],
      others: { count: 1, shown: [{ requestNumber: 1, method: hostile, route: hostile, durationMs: 1 }] },
      query: [{ name: hostile, value: hostile }],
      headers: [{ name: hostile, value: hostile }],
      state: { state: 'unknown', message: hostile },
    });
    const text = slowRequestReport(request, target());
    expect(text.split(hostile)).toHaveLength(1);
    expect(text.split('a\\nb\\r\\x1b[31m\\u2028\\u202e\ufffd').length).toBeGreaterThan(13);
    expect(text.split('\n').length).toBe(
      slowRequestReport(
        JSON.parse(JSON.stringify(request).replaceAll(JSON.stringify(hostile).slice(1, -1), 'x')),
        target(),
      ).split('\n').length,
    );
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
  });
});

test.each([
  [200, 0],
  [201, 1],
])('of a URL of %i characters the first line has 200, and the whole has %i line of its own', (length, lines) => {
  const url = `/orders?${'x'.repeat(length - '/orders?'.length)}`;
  const text = slowRequestReport(slowRequest({ url }), target());
  expect(text.split(' ')[3]).toHaveLength(200);
  expect(text.split('\n')[0]).toMatch(/ {10}still running after 1,204 ms {5}\(threshold 1,000 ms\)$/);
  expect(text.split('\n').filter(line => line === `URL: ${url}`)).toHaveLength(lines);
});

test.each([
  [1, false],
  [2, true],
])('%i looks are told of: %s, since one alone says what the traceback says', (count, isTold) => {
  const looks = [{ atMs: 1_000, sameForMs: 0, count, cause: 'waiting' as const, frame: frame() }];
  expect(slowRequestReport(slowRequest({ looks }), target()).includes('\n\nLooks\n')).toBe(isTold);
});

test('the end of a request is one line', () => {
  const request = slowRequest({ route: '/a\nb', state: { state: 'aborted' } });
  expect(endLine(request)).toBe('Request 5, GET /a\\nb: cut off before its answer was complete, after 1,204 ms.');
});

test('the state of a request is told with its duration', () => {
  expect(stateText(slowRequest({ state: { state: 'finished', statusCode: 503 } }))).toBe('answered 503 after 1,204 ms');
});
