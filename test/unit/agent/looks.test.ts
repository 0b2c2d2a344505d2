import { describe, expect, test } from 'vitest';
import { Looks } from '../../../sidecar/agent/looks';
import type { RawFrame } from '../../../sidecar/agent/reports';

function at(file: string, line: number, column = 1): RawFrame {
  return { functionName: 'f', file, line, column, isAsync: false };
}

const OWN = '/srv/app/orders.js';
const LIBRARY = '/srv/app/node_modules/pg/client.js';

function looksOf(...seen: [RawFrame[], number][]): Looks {
  const looks = new Looks();
  for (const [frames, weightMs] of seen) looks.add(frames, weightMs);
  return looks;
}

describe('what a request was seen computing', () => {
  test('is one entry a stack, with the time and the number of its looks', () => {
    const looks = looksOf([[at(OWN, 1)], 10], [[at(OWN, 1)], 15], [[at(OWN, 2)], 5]);
    expect(looks.heaviest(undefined)).toEqual([
      { frames: [at(OWN, 1)], weightMs: 25, count: 2 },
      { frames: [at(OWN, 2)], weightMs: 5, count: 1 },
    ]);
    expect(looks.count).toBe(3);
  });

  test('tells stacks apart by column and by depth', () => {
    const looks = looksOf([[at(OWN, 1, 1)], 1], [[at(OWN, 1, 2)], 1], [[at(OWN, 1, 1), at(OWN, 9)], 1]);
    expect(looks.heaviest(undefined)).toHaveLength(3);
  });

  test('puts the line first that most time was spent under, though no single stack under it is the heaviest', () => {
    const looks = looksOf([[at(OWN, 7)], 50], [[at(LIBRARY, 1), at(OWN, 3)], 30], [[at(LIBRARY, 2), at(OWN, 3)], 40]);
    expect(looks.heaviest(undefined).map(({ weightMs }) => weightMs)).toEqual([40, 30, 50]);
  });

  test('takes the innermost line of the app itself as the line', () => {
    const looks = looksOf([[at('node:fs', 1), at(OWN, 3), at(OWN, 9)], 30], [[at('', 0), at(OWN, 4), at(OWN, 9)], 40]);
    expect(looks.heaviest(undefined).map(({ weightMs }) => weightMs)).toEqual([40, 30]);
  });

  test('is reported as five stacks at the most', () => {
    const seen = (count: number) =>
      looksOf(...Array.from({ length: count }, (_, index): [RawFrame[], number] => [[at(OWN, index)], index + 1]));
    expect(seen(5).heaviest(undefined)).toHaveLength(5);
    expect(
      seen(6)
        .heaviest(undefined)
        .map(({ weightMs }) => weightMs),
    ).toEqual([6, 5, 4, 3, 2]);
  });

  test('has room for 32 different stacks; of those it goes on counting', () => {
    const looks = new Looks();
    for (let line = 1; line <= 31; line += 1) looks.add([at(OWN, line)], 1);
    looks.add([at(OWN, 32)], 100);
    looks.add([at(OWN, 33)], 1_000);
    looks.add([at(OWN, 1)], 200);
    const [first, second] = looks.heaviest(undefined);
    expect(first).toEqual({ frames: [at(OWN, 1)], weightMs: 201, count: 2 });
    expect(second).toEqual({ frames: [at(OWN, 32)], weightMs: 100, count: 1 });
    expect(looks.count).toBe(34);
  });
});

describe('the call that led to library code', () => {
  const calledFrom = [at('node:events', 5), at(OWN, 12)];

  test('is put behind a stack without code of the app itself, and its beginning is marked', () => {
    const looks = looksOf([[at(LIBRARY, 1), at('node:net', 2)], 10]);
    expect(looks.heaviest(calledFrom)).toEqual([
      {
        frames: [at(LIBRARY, 1), at('node:net', 2), at('node:events', 5), at(OWN, 12)],
        weightMs: 10,
        count: 1,
        calledFromAt: 2,
      },
    ]);
  });

  test('is not put behind a stack that has code of the app itself', () => {
    const looks = looksOf([[at(LIBRARY, 1), at(OWN, 2)], 10]);
    expect(looks.heaviest(calledFrom)).toEqual([{ frames: [at(LIBRARY, 1), at(OWN, 2)], weightMs: 10, count: 1 }]);
  });
});
