import { describe, expect, test } from 'vitest';
import type { RawProfile } from '../../../sidecar/agent/profileReports';
import { type Piece, timelineOf } from '../../../sidecar/profiles/timeline';
import { randomNumbers, seed } from '../random';
import { rawProfile } from './profiles';

const wait = (dueUs?: number) => ({
  kind: 'timer',
  label: 'timer of 50 ms',
  stack: -1,
  startUs: 0,
  ...(dueUs === undefined ? {} : { dueUs }),
});

describe('the time of a profiled request', () => {
  test('is its computing between two samples up to the middle, and what it waited for in between', () => {
    const raw = rawProfile({
      runs: [0, 10_000, 60_000, 100_000],
      samples: [0, 2_000, 1, 6_000, 2, 80_000],
      gapWaits: [0],
      waits: [wait()],
    });
    expect(timelineOf(raw)).toEqual([
      { kind: 'computing', sample: 0, startUs: 0, endUs: 4_000 },
      { kind: 'computing', sample: 1, startUs: 4_000, endUs: 10_000 },
      { kind: 'waiting', wait: 0, startUs: 10_000, endUs: 60_000 },
      { kind: 'computing', sample: 2, startUs: 60_000, endUs: 100_000 },
    ]);
  });

  test('collects garbage below what ran before in the same run, else below what ran after', () => {
    const node = (functionName: string) => ({ functionName, file: '', line: 0, column: 0, parent: -1, lineTicks: [] });
    const raw = rawProfile({
      nodes: [node('handler'), node('(garbage collector)'), node('render')],
      runs: [0, 10_000, 60_000, 70_000, 90_000, 100_000],
      samples: [0, 1_000, 1, 3_000, 1, 5_000, 2, 9_000, 1, 62_000, 2, 68_000, 1, 95_000],
    });
    const computing = timelineOf(raw).filter(piece => piece.kind === 'computing');
    expect(computing.map(piece => piece.kind === 'computing' && [piece.sample, piece.below])).toEqual([
      [0, undefined],
      [1, 0],
      [1, 0],
      [2, undefined],
      [1, 2],
      [2, undefined],
      [1, undefined],
    ]);
  });

  test('begins with the time it lay unread, and the start of the profiler', () => {
    const raw = rawProfile({ readUs: 20_000, readyUs: 30_000, runs: [30_000, 100_000], samples: [4, 50_000] });
    expect(timelineOf(raw)).toEqual([
      { kind: 'heldUp', other: -1, wait: -1, startUs: 0, endUs: 20_000 },
      { kind: 'profiler', startUs: 20_000, endUs: 30_000 },
      { kind: 'computing', sample: 4, startUs: 30_000, endUs: 100_000 },
    ]);
  });

  test('is held up by others from the moment its timer was due', () => {
    const raw = rawProfile({
      runs: [0, 10_000, 90_000, 100_000],
      samples: [0, 5_000, 0, 95_000],
      gapWaits: [0],
      waits: [wait(60_000)],
      others: [{ startUs: 40_000, endUs: 85_000, name: 0 }],
      otherNames: ['GET /report (request 3)'],
    });
    expect(timelineOf(raw).slice(1, -1)).toEqual([
      { kind: 'waiting', wait: 0, startUs: 10_000, endUs: 60_000 },
      { kind: 'heldUp', other: 0, wait: 0, startUs: 60_000, endUs: 85_000 },
      { kind: 'waiting', wait: 0, startUs: 85_000, endUs: 90_000 },
    ]);
  });

  test('is held up by others that held the loop up to its turn without a pause, when its wait tells no time', () => {
    const others = [
      { startUs: 20_000, endUs: 30_000, name: 0 },
      { startUs: 50_000, endUs: 70_000, name: 0 },
      { startUs: 70_300, endUs: 89_900, name: -1 },
    ];
    const raw = rawProfile({
      runs: [0, 10_000, 90_000, 100_000],
      samples: [0, 5_000, 0, 95_000],
      gapWaits: [0],
      waits: [wait()],
      others,
      otherNames: ['GET /report (request 3)'],
    });
    expect(timelineOf(raw).slice(1, -1)).toEqual([
      { kind: 'waiting', wait: 0, startUs: 10_000, endUs: 50_000 },
      { kind: 'heldUp', other: 0, wait: 0, startUs: 50_000, endUs: 70_000 },
      { kind: 'waiting', wait: 0, startUs: 70_000, endUs: 70_300 },
      { kind: 'heldUp', other: -1, wait: 0, startUs: 70_300, endUs: 89_900 },
      { kind: 'waiting', wait: 0, startUs: 89_900, endUs: 90_000 },
    ]);
    const later = { ...raw, others: [{ startUs: 50_000, endUs: 89_600, name: 0 }] };
    expect(timelineOf(later)[1]).toEqual({ kind: 'waiting', wait: 0, startUs: 10_000, endUs: 90_000 });
  });

  test('goes to the nearest short run that was sampled, where a short run was not', () => {
    const raw = rawProfile({
      runs: [0, 50_000, 60_000, 60_500, 70_000, 70_400, 90_000, 90_999],
      samples: [0, 25_000, 7, 60_200],
    });
    const computing = timelineOf(raw).filter(piece => piece.kind === 'computing');
    expect(computing.map(piece => piece.kind === 'computing' && piece.sample)).toEqual([0, 7, 7, 7]);
    const unsampled = rawProfile({ runs: [0, 50_000, 60_000, 60_500], samples: [0, 25_000] });
    expect(timelineOf(unsampled).find(({ startUs }) => startUs === 60_000)).toMatchObject({ sample: -1 });
  });

  test('has no gap and no overlap, whatever the agent says', () => {
    const next = randomNumbers(seed);
    const random = () => next(1_000_000) / 1_000_000;
    for (let round = 0; round < 500; round += 1) {
      const raw = randomProfile(random);
      expectWhole(timelineOf(raw), raw.durationUs, `seed ${seed}, round ${round}`);
    }
  });
});

function randomProfile(random: () => number): RawProfile {
  const below = (limit: number) => Math.floor(random() * limit);
  const times = (count: number) =>
    Array.from({ length: count }, () => random() * 110_000 - 5_000).sort((a, b) => a - b);
  const runs = times(2 * below(20));
  const otherTimes = times(2 * below(20));
  const waits = Array.from({ length: 3 }, () => wait(random() < 0.5 ? random() * 120_000 : undefined));
  const others = otherTimes.flatMap((startUs, index) =>
    index % 2 === 0 ? [{ startUs, endUs: otherTimes[index + 1] ?? startUs, name: below(2) - 1 }] : [],
  );
  return rawProfile({
    readUs: random() * 10_000 - 2_000,
    readyUs: random() * 20_000 - 2_000,
    runs,
    samples: times(below(100)).flatMap(time => [below(5), time]),
    gapWaits: Array.from({ length: runs.length / 2 }, () => below(4) - 1),
    waits,
    others,
    otherNames: ['GET /report (request 3)'],
  });
}

function expectWhole(pieces: readonly Piece[], durationUs: number, what: string): void {
  let atUs = 0;
  for (const { startUs, endUs } of pieces) {
    expect(startUs, what).toBeCloseTo(atUs, 6);
    expect(endUs, what).toBeGreaterThan(startUs);
    atUs = endUs;
  }
  expect(atUs, what).toBeCloseTo(durationUs, 6);
}
