/** What the agent is told to look for, out of what the user has set. */
import type { Policy } from '../agent/reports';
import type { WatchSettings } from '../protocol/values';

export function policyOf(settings: WatchSettings): Policy {
  const { thresholdMs, routes, redactNames, budgets, budgetExemptions } = settings;
  return { thresholdMs, routes: rulesOf(routes), redactNames, budgets: rulesOf(budgets), budgetExemptions };
}

function rulesOf<T>(byPattern: Record<string, T>): { pattern: string; thresholdMs: T }[] {
  return Object.entries(byPattern).map(([pattern, thresholdMs]) => ({ pattern, thresholdMs }));
}
