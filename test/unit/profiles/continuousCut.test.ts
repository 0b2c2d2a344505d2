import { describe, expect, test } from 'vitest';
import type { RawTrail } from '../../../sidecar/agent/profileReports';
import { cutOut } from '../../../sidecar/profiles/continuousCut';
import type { Chunk } from '../../../sidecar/profiles/recentLines';

const IDLE = 2;
const BUSY = 3;
const START_US = 1_000_000;

/** @returns a chunk with a sample every 10 ms from 5 ms after the request's start: the node that ran */
function chunk(ran: readonly number[]): Chunk {
  const node = (id: number, functionName: string, url = '') => ({
    id,
    callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
  });
  return {
    nodes: [
      { ...node(1, '(root)'), children: [IDLE, BUSY] },
      node(IDLE, '(idle)'),
      node(BUSY, 'burn', 'file:///app.js'),
    ],
    startTime: START_US,
    endTime: START_US + ran.length * 10_000,
    samples: [...ran],
    timeDeltas: ran.map((_, index) => (index === 0 ? 5_000 : 10_000)),
  };
}

/** @param stretches in milliseconds: from, first, last, until */
function trail(
  stretches: readonly (readonly [number, number, number, number])[],
  more: Partial<RawTrail> = {},
): RawTrail {
  return {
    requestNumber: 1,
    method: 'GET',
    url: '/slow',
    route: '/slow',
    startedAtMs: 0,
    durationUs: 100_000,
    end: { kind: 'finished', statusCode: 200 },
    readUs: 0,
    startUs: START_US,
    stretches: stretches.flat().map(ms => ms * 1000),
    gapWaits: stretches.map(() => -1),
    waits: [],
    stacks: [],
    others: [],
    otherNames: [],
    ...more,
  };
}

/** @returns runs that are longer than a moment, in milliseconds */
function runsOf(of: RawTrail, ran: readonly number[]): number[][] {
  const { runs } = cutOut('p', of, [chunk(ran)]);
  const found: number[][] = [];
  for (let index = 0; index < runs.length; index += 2) {
    const [startUs = 0, endUs = 0] = runs.slice(index, index + 2);
    if (endUs > startUs) found.push([startUs / 1000, endUs / 1000]);
  }
  return found;
}

describe('a request in the continuous profile', () => {
  const idle = Array.from({ length: 10 }, () => IDLE);
  const busy = (from: number, to: number) => idle.map((node, index) => (index >= from && index < to ? BUSY : node));

  test('computed what was computed up to a moment at which it ran', () => {
    const of = trail([
      [0, 0, 0, 0],
      [0, 80, 80, 80],
    ]);
    expect(runsOf(of, busy(5, 8))).toEqual([[50, 80]]);
  });

  test('did not compute what was computed before somebody else was seen', () => {
    const of = trail([
      [0, 0, 0, 0],
      [70, 80, 80, 80],
    ]);
    expect(runsOf(of, busy(5, 8))).toEqual([[70, 80]]);
  });

  test('did not compute what lies apart from all moments at which it ran', () => {
    const of = trail([
      [0, 0, 0, 100],
      [0, 95, 95, 95],
    ]);
    expect(runsOf(of, busy(3, 6))).toEqual([]);
    expect(cutOut('p', of, [chunk(busy(3, 6))]).others).toEqual([{ startUs: 30_000, endUs: 65_000, name: -1 }]);
  });

  test('computed what follows such a moment, until somebody else is seen', () => {
    const of = trail([
      [10, 10, 10, 30],
      [60, 90, 90, 90],
    ]);
    expect(runsOf(of, busy(1, 5))).toEqual([[10, 30]]);
  });

  test('was held up by whom the agent has seen to hold the loop', () => {
    const others = [{ startUs: 30_000, endUs: 60_000, name: 0 }];
    const of = trail([[0, 0, 0, 0]], { others, otherNames: ['GET /report (request 7)'] });
    expect(cutOut('p', of, [chunk(busy(3, 6))]).others.map(({ name }) => name)).toEqual([0]);
  });

  test('takes the functions of its own samples only', () => {
    const of = trail([
      [0, 0, 0, 0],
      [0, 80, 80, 80],
    ]);
    const { nodes, samples } = cutOut('p', of, [chunk(busy(5, 8))]);
    expect(nodes.map(({ functionName }) => functionName)).toEqual(['burn']);
    expect(samples).toEqual([0, 55_000, 0, 65_000, 0, 75_000]);
  });

  test('is told as one that waited where there are no samples at all', () => {
    expect(cutOut('p', trail([]), [])).toMatchObject({ runs: [0, 0], samples: [], gapWaits: [-1] });
  });
});
