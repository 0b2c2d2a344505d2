import { describe, expect, test } from 'vitest';
import { replayTimes } from '../../../sidecar/replay/replayTimes';

describe('the times of answers', () => {
  test('are none when nothing was answered', () => {
    expect(replayTimes([])).toBeUndefined();
  });

  test('of one answer are all the same', () => {
    expect(replayTimes([7])).toEqual({ count: 1, minMs: 7, medianMs: 7, p90Ms: 7, p99Ms: 7, maxMs: 7 });
  });

  test('are values that were measured, by nearest rank, whatever their order', () => {
    const durationsMs = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(replayTimes(durationsMs)).toEqual({ count: 100, minMs: 1, medianMs: 50, p90Ms: 90, p99Ms: 99, maxMs: 100 });
  });
});
