import { describe, expect, test } from 'vitest';
import type { Wait } from '../../../sidecar/protocol/values';
import { shownFile } from '../../../sidecar/reports/shownFile';
import { foldedText, slowRequestReport, stateText } from '../../../sidecar/reports/slowRequestReport';
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
Note: Seen waiting here for 2 operations one after the other.

Asked for  GET /orders?user=7`.trim(),
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

Asked for  POST /report/7
Ended      answered 200 after 3,001 ms`.trim(),
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

Asked for  GET /orders
Ended      cut off before its answer was complete, after 1,204 ms`.trim(),
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

Asked for  GET /orders
Ended      unfinished after 1,204 ms: server.js [4711] has exited`.trim(),
    );
  });

  test('of a hung request that was looked at again and again, with what its client asked and who else was there', () => {
    const pool = { cause: 'waiting', frame: frame(), wait: 'data from 127.0.0.1:5432' } as const;
    const render = { cause: 'computing', frame: frame({ line: 30, functionName: '' }) } as const;
    const request = slowRequest({
      level: 'hung',
      origin: 'http://shop.example',
      url: '/orders?user=7&token=[redacted]',
      query: [
        { name: 'user', value: '7' },
        { name: 'token', value: '[redacted]' },
      ],
      headers: [{ name: 'Host', value: 'shop.example' }],
      looks: [
        { atMs: 1_004, sameForMs: 3_010, count: 4, ...pool },
        { atMs: 5_020, sameForMs: 0, count: 1, ...render },
      ],
      lookShares: [
        { share: 0.8, looks: 4, ...pool },
        { share: 0.2, looks: 1, ...render },
      ],
      others: { count: 7, shown: [{ requestNumber: 4, method: 'GET', route: '/', durationMs: 31 }] },
    });
    const text = slowRequestReport(request, target());
    expect(text).toMatch(/^Hung request: GET \/orders/);
    expect(text.slice(text.indexOf('Looks'))).toBe(
      `
Looks, by the age of the request (5)
    1,004 ms  waiting    src/orders.ts:17 listOrders   data from 127.0.0.1:5432   same for 3.0 s
    5,020 ms  computing  src/orders.ts:30 (anonymous)
Of all looks
        80 %  waiting    src/orders.ts:17 listOrders   data from 127.0.0.1:5432
        20 %  computing  src/orders.ts:30 (anonymous)

Asked for  GET http://shop.example/orders?user=7&token=[redacted]
Query
      user   7
      token  [redacted]
Headers
      Host  shop.example
In flight with it  GET / (request 4, 31 ms) · 6 more`.trim(),
    );
  });

  test('keeps its lines whatever the app and its clients wrote', () => {
    const text = slowRequestReport(
      slowRequest({
        url: '/a\ud800b\r\nSlow request: GET /forged',
        headers: [{ name: 'x', value: '\u001b[2J\u2028\u202egnp' }],
        frames: [frame({ functionName: 'a\nb', sourceLine: 'return `\t`' })],
      }),
      target(),
    );
    expect(text).toContain('/a\\ud800b\\u000d\\u000aSlow request: GET /forged ');
    expect(text).toContain('\\u001b[2J\\u2028\\u202egnp');
    expect(text).toContain('return `\\u0009`');
    expect(text.split('\n').filter(line => line.startsWith('Slow request'))).toHaveLength(1);
    expect(/\p{Cs}/u.test(text)).toBe(false);
  });
});

test('the state of a request is told with its duration', () => {
  expect(stateText(slowRequest({ state: { state: 'finished', statusCode: 503 } }))).toBe('answered 503 after 1,204 ms');
});

test.each([
  ['1 frame of Node.js', [inNode]],
  ['2 frames of Node.js', [inNode, inNode]],
  ['2 frames of express, 1 of Node.js', [inExpress, inNode, inExpress]],
  ['1 frame of a package', [frame({ origin: 'package' })]],
  ['1 frame of native code', [frame({ origin: 'native', functionName: '' })]],
])('frames that are not of the user are folded to "%s"', (expected, frames) => {
  expect(foldedText(frames)).toBe(expected);
});

test.each([
  ['/srv/shop/src/a.ts', 'src/a.ts'],
  ['/srv/shop', '/srv/shop'],
  ['/srv/shop2/a.ts', '/srv/shop2/a.ts'],
  ['/srv/a.ts', '/srv/a.ts'],
])('the file %s is shown from the working directory /srv/shop as %s', (file, expected) => {
  expect(shownFile(file, '/srv/shop')).toBe(expected);
});
