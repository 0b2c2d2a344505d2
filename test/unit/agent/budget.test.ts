import { beforeEach, describe, expect, test } from 'vitest';
import { StackBudget } from '../../../sidecar/agent/budget';

const YOUNG_MS = 0;
const AGED_MS = 50;
const FULL_MS = 32;

describe('the budget for stacks', () => {
  let nowMs: number;
  let budget: StackBudget;

  beforeEach(() => {
    nowMs = 1_000;
    budget = new StackBudget(() => nowMs);
  });

  /** @returns whether the stack was taken */
  /** @param costMs half of it for taking the stack, half for its garbage */
  function take(costMs: number, requestAgeMs = YOUNG_MS): boolean {
    const taken = budget.run(requestAgeMs, () => {
      nowMs += costMs / 2;
      return true;
    });
    return taken ?? false;
  }

  function idle(durationMs: number): void {
    nowMs += durationMs;
    budget.refill();
  }

  test('gives back what was taken', () => {
    expect(budget.run(YOUNG_MS, () => 'a stack')).toBe('a stack');
  });

  test('is empty when 32 ms are spent, and not a moment before', () => {
    expect(take(FULL_MS - 0.5)).toBe(true);
    expect(take(0.5)).toBe(true);
    expect(take(0)).toBe(false);
  });

  test('does not look at the stack at all when it is empty', () => {
    take(FULL_MS);
    expect(
      budget.run(YOUNG_MS, () => {
        throw new Error('must not run');
      }),
    ).toBeUndefined();
  });

  test('is refilled by a hundredth of the time that passes', () => {
    take(FULL_MS);
    idle(80);
    expect(take(1)).toBe(true);
    expect(take(0)).toBe(false);
  });

  test('that was overdrawn stays empty until that is made up for', () => {
    take(FULL_MS + 1);
    idle(83);
    expect(take(0)).toBe(false);
    idle(1);
    expect(take(0)).toBe(true);
  });

  test('counts the time between two refills once', () => {
    take(FULL_MS);
    idle(80);
    budget.refill();
    expect(take(1)).toBe(true);
    expect(take(0)).toBe(false);
  });

  test('does not grow beyond 32 ms, however long nothing happens', () => {
    idle(3_600_000);
    expect(take(FULL_MS)).toBe(true);
    expect(take(0)).toBe(false);
  });

  test('is not refilled by time alone, since reading the clock for every stack would cost as much', () => {
    take(FULL_MS);
    nowMs += 100;
    expect(take(0)).toBe(false);
  });

  test('has a part of its own for requests from 50 ms on', () => {
    take(FULL_MS, 49.9);
    expect(take(0, 49.9)).toBe(false);
    expect(take(FULL_MS, AGED_MS)).toBe(true);
    expect(take(0, AGED_MS)).toBe(false);
  });

  test('refills both parts', () => {
    take(FULL_MS, YOUNG_MS);
    take(FULL_MS, AGED_MS);
    idle(1);
    expect(take(0, YOUNG_MS)).toBe(true);
    expect(take(0, AGED_MS)).toBe(true);
  });

  test('tells what both parts have spent', () => {
    take(2, YOUNG_MS);
    take(3, AGED_MS);
    expect(budget.spentMs).toBe(5);
  });
});
