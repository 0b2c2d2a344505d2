import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firedBox } from '../../../sidecar/agent/boxEvents';
import { Boxes } from '../../../sidecar/agent/boxes';
import type { RequestRecord } from '../../../sidecar/agent/requests';
import type { Load } from '../../../sidecar/agent/runtime';

const load = createRequire(import.meta.url) as unknown as Load;
const THIS_FILE = /boxes\.test\.ts$/;

describe('boxes of the app', () => {
  const timeboxes = channel('introspector.timebox');
  let context: AsyncLocalStorage<RequestRecord>;
  let boxes: Boxes;
  let stop: () => boolean;

  beforeEach(() => {
    context = new AsyncLocalStorage();
    boxes = new Boxes(load, context);
    stop = boxes.listen();
  });

  afterEach(() => {
    stop();
  });

  /** As the library does. */
  function publish(kind: 'fired' | 'nearMiss', elapsedMs: number): void {
    const at = {};
    Error.captureStackTrace(at);
    timeboxes.publish({ kind, isAsync: false, budgetMs: 100, elapsedMs, overrunMs: Math.max(0, elapsedMs - 100), at });
  }

  test('are added up by the place that called them', () => {
    for (const elapsedMs of [101, 130, 102]) publish('fired', elapsedMs);
    const { places = [], leftOut } = boxes.take().boxes ?? {};
    expect(leftOut).toBe(0);
    expect(places).toHaveLength(1);
    expect(places[0]).toMatchObject({ fired: 3, nearMisses: 0, worstFired: { elapsedMs: 130, overrunMs: 30 } });
    expect(places[0]?.frames[0]?.file).toMatch(THIS_FILE);
    expect(boxes.take()).toEqual({});
  });

  test('that came near to it leave those that fired their stack', () => {
    const publishAt = (kind: 'fired' | 'nearMiss', elapsedMs: number, at: object) =>
      timeboxes.publish({ kind, isAsync: false, budgetMs: elapsedMs, elapsedMs, overrunMs: 0, at });
    const stack = (caller: string) => ({ stack: `    at box (/a.js:1:1)\n    at ${caller} (/a.js:9:1)` });
    publishAt('fired', 100, stack('first'));
    publishAt('nearMiss', 90, stack('second'));
    const [place] = boxes.take().boxes?.places ?? [];
    expect(place).toMatchObject({ fired: 1, nearMisses: 1, budgetMs: 100, worstNear: { elapsedMs: 90 } });
    expect(place?.frames.map(({ functionName }) => functionName)).toEqual(['box', 'first']);
  });

  test('that fire by the thousand are told a few at a time, and the rest is counted', () => {
    for (let i = 0; i < 1_200; i += 1) publish('fired', 101);
    const first = boxes.take().boxes;
    expect(first).toMatchObject({ leftOut: 200, places: [{ fired: 25 }] });
    let told = 25;
    for (let next = boxes.take().boxes; next; next = boxes.take().boxes) told += next.places[0]?.fired ?? 0;
    expect(told).toBe(1_000);
  });

  test('that fired in a request are kept with it until it ends, ten of them', () => {
    const record = { ended: false } as RequestRecord;
    context.run(record, () => {
      publish('nearMiss', 90);
      for (let i = 0; i < 12; i += 1) publish('fired', 101);
      record.ended = true;
      publish('fired', 101);
    });
    expect(record.boxes?.fired).toHaveLength(10);
    expect(record.boxes?.leftOut).toBe(2);
    const [first] = record.boxes?.fired.map(firedBox) ?? [];
    expect(first).toMatchObject({ budgetMs: 100, elapsedMs: 101, overrunMs: 1 });
    expect(first?.frames[0]?.file).toMatch(THIS_FILE);
  });

  test.each([
    undefined,
    'fired',
    {},
    { kind: 'fired' },
    { kind: 'other', budgetMs: 1, elapsedMs: 1, overrunMs: 1, at: {} },
    { kind: 'fired', budgetMs: Number.NaN, elapsedMs: 1, overrunMs: 1, at: {} },
    { kind: 'fired', budgetMs: -1, elapsedMs: 1, overrunMs: 1, at: {} },
    { kind: 'fired', budgetMs: '1', elapsedMs: 1, overrunMs: 1, at: {} },
  ])('are not what somebody else sends: %j', message => {
    timeboxes.publish(message);
    expect(boxes.take()).toEqual({});
  });

  test.each([
    ['nothing', undefined],
    ['a proxy', new Proxy({}, {})],
    [
      'what throws',
      {
        get stack() {
          throw new Error('no stack');
        },
      },
    ],
    ['call sites', { stack: [{ getFileName: () => 'x' }] }],
  ])('whose stack is %s are told without one', (_, at) => {
    timeboxes.publish({ kind: 'fired', isAsync: false, budgetMs: 1, elapsedMs: 2, overrunMs: 1, at });
    expect(boxes.take().boxes?.places).toMatchObject([{ frames: [], fired: 1 }]);
  });

  test('are not heard any more after the end, and what was not told is forgotten', () => {
    publish('fired', 101);
    expect(stop()).toBe(true);
    expect(timeboxes.hasSubscribers).toBe(false);
    publish('fired', 101);
    expect(boxes.take()).toEqual({});
  });
});
