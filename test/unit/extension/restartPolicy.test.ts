import { beforeEach, describe, expect, test } from 'vitest';
import { RestartPolicy } from '../../../extension/sidecar/restartPolicy';

describe('a sidecar that ended by itself is started again', () => {
  let nowMs: number;
  let policy: RestartPolicy;

  beforeEach(() => {
    nowMs = 0;
    policy = new RestartPolicy(() => nowMs);
  });

  function mayRestartAt(atMs: number): boolean {
    nowMs = atMs;
    return policy.mayRestart();
  }

  test('three times within a minute, and not a fourth time', () => {
    expect([0, 1, 2, 59_999].map(mayRestartAt)).toEqual([true, true, true, false]);
  });

  test('again when the first of three is a minute ago', () => {
    expect([0, 1, 2, 60_000, 60_000, 60_001].map(mayRestartAt)).toEqual([true, true, true, true, false, true]);
  });

  test('for ever when it ends every 20 seconds', () => {
    const every = Array.from({ length: 100 }, (_, index) => index * 20_000);
    expect(every.map(mayRestartAt)).toEqual(every.map(() => true));
  });

  test('without a refusal counting as a start', () => {
    for (const atMs of [0, 1, 2]) mayRestartAt(atMs);
    for (let atMs = 3; atMs < 59_000; atMs += 1_000) mayRestartAt(atMs);
    expect([60_000, 60_001, 60_002].map(mayRestartAt)).toEqual([true, true, true]);
  });
});
