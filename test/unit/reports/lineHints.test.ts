import { beforeEach, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { LineHints } from '../../../sidecar/reports/lineHints';
import { frame, slowRequest } from '../samples';

/** A request that waits in a line of its own for so long. */
function waiting(number: number, line: number, waitingMs: number, changes: Partial<SlowRequest> = {}): SlowRequest {
  return slowRequest({
    id: `t1:${number}`,
    time: { computingMs: 0, waitingMs, heldUpMs: 0 },
    frames: [frame({ line, sourceLine: `line ${line}` })],
    ...changes,
  });
}

describe('the hints of lines', () => {
  let hints: LineHints;

  beforeEach(() => {
    hints = new LineHints();
  });

  const add = (...requests: SlowRequest[]) => {
    for (const request of requests) hints.add(request);
  };

  test('say of a line all that its request says', () => {
    const wait = { kind: 'socket', label: 'data from 127.0.0.1:5432', durationMs: 1_102, frames: [] };
    add(waiting(5, 17, 1_150, { wait, notes: ['Seen waiting here for 2 operations one after the other.'] }));
    expect(hints.all()).toEqual([
      {
        id: 't1:/srv/shop/src/orders.ts:17:waiting',
        targetId: 't1',
        file: '/srv/shop/src/orders.ts',
        line: 17,
        sourceLine: 'line 17',
        cause: 'waiting',
        text: '1.1 s waiting · socket · GET /orders',
        count: 1,
        worstMs: 1_150,
        medianMs: 1_150,
        routes: ['GET /orders'],
        details: [
          'Waiting for data from 127.0.0.1:5432, 1,102 ms.',
          'Seen waiting here for 2 operations one after the other.',
        ],
        slowRequestId: 't1:5',
        isRunning: true,
      },
    ]);
  });

  test('come the worst first', () => {
    add(waiting(1, 10, 500), waiting(2, 20, 900), waiting(3, 30, 700));
    expect(hints.all().map(({ line }) => line)).toEqual([20, 30, 10]);
  });

  test('have the worst and the median of all requests of the line', () => {
    add(waiting(1, 10, 900), waiting(2, 10, 100), waiting(3, 10, 300));
    expect(hints.all()).toMatchObject([{ count: 3, worstMs: 900, medianMs: 300, slowRequestId: 't1:3' }]);
  });

  test('count a request once, at its newest state', () => {
    add(waiting(1, 10, 500), waiting(1, 10, 800, { state: { state: 'finished', statusCode: 200 } }));
    expect(hints.all()).toMatchObject([{ count: 1, worstMs: 800, isRunning: false }]);
  });

  test('name the routes of the line, the newest first, each once', () => {
    add(waiting(1, 10, 1, { route: '/a' }), waiting(2, 10, 1, { route: '/b' }), waiting(3, 10, 1, { route: '/a' }));
    expect(hints.all()).toMatchObject([{ routes: ['GET /a', 'GET /b'] }]);
  });

  test('tell a line that computes from the same line when it waits', () => {
    const time = { computingMs: 2_000, waitingMs: 0, heldUpMs: 0 };
    add(waiting(1, 10, 500), waiting(2, 10, 0, { cause: 'computing', time, longestBlockMs: 1_900, victims: 3 }));
    expect(hints.all()).toMatchObject([
      {
        cause: 'computing',
        text: '2.0 s blocking · GET /orders · 3 requests waited',
        details: ['Held the event loop for 1,900 ms without a pause.', '3 requests waited because of it.'],
      },
      { cause: 'waiting', worstMs: 500 },
    ]);
  });

  test('leave out requests that were held up and those without a line of the user', () => {
    add(waiting(1, 10, 0, { cause: 'heldUp' }), waiting(2, 10, 500, { guiltyFrame: undefined }));
    expect(hints.all()).toEqual([]);
  });

  test('move with a request whose guilty line is another now', () => {
    add(waiting(1, 10, 500), waiting(2, 10, 600), waiting(1, 20, 700));
    expect(hints.all()).toMatchObject([
      { line: 20, count: 1, slowRequestId: 't1:1' },
      { line: 10, count: 1, worstMs: 600, slowRequestId: 't1:2' },
    ]);
    add(waiting(2, 20, 800));
    expect(hints.all().map(({ line }) => line)).toEqual([20]);
  });

  test('vanish with the only request when it turns out to have been held up', () => {
    add(waiting(1, 10, 500), waiting(1, 10, 0, { cause: 'heldUp' }));
    expect(hints.all()).toEqual([]);
  });

  test('remember 100 requests of a line; of older ones the number and the worst', () => {
    const ended = { state: { state: 'finished', statusCode: 200 } } as const;
    add(waiting(0, 10, 9_000, ended));
    for (let number = 1; number <= 99; number += 1) add(waiting(number, 10, number, ended));
    expect(hints.all()).toMatchObject([{ count: 100, worstMs: 9_000, medianMs: 51 }]);
    add(waiting(100, 10, 100, ended));
    expect(hints.all()).toMatchObject([{ count: 101, worstMs: 9_000, medianMs: 51 }]);
    add(waiting(101, 10, 101, ended));
    expect(hints.all()).toMatchObject([{ count: 102, medianMs: 52 }]);
  });

  test('count requests that run at the same time once, though they are more than are remembered', () => {
    for (let round = 1; round <= 3; round += 1) {
      for (let number = 1; number <= 150; number += 1) add(waiting(number, 10, round));
    }
    expect(hints.all()).toMatchObject([{ count: 150 }]);
  });

  test('do not count a request that was forgotten and has moved on', () => {
    for (let number = 0; number <= 100; number += 1) add(waiting(number, 10, 1));
    expect(hints.all()).toMatchObject([{ line: 10, count: 101 }]);
    add(waiting(0, 20, 2));
    expect(hints.all()).toMatchObject([
      { line: 20, count: 1 },
      { line: 10, count: 100 },
    ]);
  });

  test('are 200 at the most, the worst', () => {
    for (let line = 1; line <= 200; line += 1) add(waiting(line, line, line));
    expect(hints.all()).toHaveLength(200);
    add(waiting(201, 201, 201));
    const lines = hints.all().map(({ line }) => line);
    expect(lines).toHaveLength(200);
    expect(lines[0]).toBe(201);
    expect(lines.at(-1)).toBe(2);
  });
});
