/** What may be asked for as a budget. */

/** Timers of Node.js take a longer one for 1 ms. */
const MAX_BUDGET_MS = 2 ** 31 - 1;

/**
 * @param budgetMs what an application gave
 * @returns the same
 * @throws TypeError when it is not a number
 * @throws RangeError when it is zero, negative, not a number or too large for a timer; infinite ones too: a box without
 *   a limit is none, and whoever computes one has most likely divided by zero
 */
export function checkedBudgetMs(budgetMs: unknown): number {
  if (typeof budgetMs !== 'number') throw new TypeError(`a budget is a number of milliseconds, not ${typeof budgetMs}`);
  if (!(budgetMs > 0 && budgetMs <= MAX_BUDGET_MS)) {
    throw new RangeError(`a budget is more than 0 and at most ${MAX_BUDGET_MS} ms, not ${budgetMs}`);
  }
  return budgetMs;
}
