import { beforeEach, describe, expect, test } from 'vitest';
import type { LoopState } from '../../../sidecar/agent/reports';
import { PauseDetector } from '../../../sidecar/watch/pauseDetector';

const PROMPT_MS = 5;

function running(cpuMs: number, innermost = 'handler'): LoopState {
  return { ranForMs: 100, cpuMs, innermost };
}

describe('an app stands at a breakpoint', () => {
  let detector: PauseDetector;

  beforeEach(() => {
    detector = new PauseDetector();
  });

  function looks(count: number, cpuMs: number, lateMs = PROMPT_MS, innermost?: string): boolean {
    let paused = false;
    for (let index = 0; index < count; index += 1) {
      paused = detector.isPaused(running(cpuMs, innermost), 100, lateMs);
    }
    return paused;
  }

  test('when JavaScript has stood on the stack for 300 ms without CPU time, and not before', () => {
    expect(looks(2, 0)).toBe(false);
    expect(detector.isPaused(running(0), 99.9, PROMPT_MS)).toBe(false);
    expect(detector.isPaused(running(0), 0.1, PROMPT_MS)).toBe(true);
  });

  test('when it uses up to 3 % of the CPU: the looks themselves take some', () => {
    expect(looks(10, 3)).toBe(true);
  });

  test('but not when it uses more', () => {
    expect(looks(10, 3.1)).toBe(false);
  });

  test('but not when it computes, however long', () => {
    expect(looks(100, 100)).toBe(false);
  });

  test('though its first look found the CPU time of what went before', () => {
    detector.isPaused(running(80), 100, PROMPT_MS);
    expect(looks(3, 0)).toBe(true);
  });

  test('until its loop is idle again', () => {
    looks(5, 0);
    expect(detector.isPaused(undefined, 100, PROMPT_MS)).toBe(false);
    expect(looks(2, 0)).toBe(false);
  });

  test('until it computes again', () => {
    looks(5, 0);
    expect(detector.isPaused(running(90), 100, PROMPT_MS)).toBe(false);
  });

  test('but not when it answers later than 100 ms, as from a native call', () => {
    expect(looks(5, 0, 100)).toBe(true);
    expect(detector.isPaused(running(0), 100, 100.1)).toBe(false);
    expect(looks(2, 0)).toBe(false);
  });

  test.each(['wait', 'Atomics.wait', 'Object.wait'])('but not when it sleeps in %s', innermost => {
    expect(looks(10, 0, PROMPT_MS, innermost)).toBe(false);
  });

  test.each(['await', 'waitFor', 'wait.for'])('when its innermost function is merely called %s', innermost => {
    expect(looks(10, 0, PROMPT_MS, innermost)).toBe(true);
  });
});
