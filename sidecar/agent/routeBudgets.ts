/** How long a request may hold the event loop, by its route. */
import type { Policy } from './reports';
import type { RequestRecord } from './requests';
import { RoutePolicy } from './routePolicy';
import { pathOf, routeOf } from './routes';
import type { Load } from './runtime';

export class RouteBudgets {
  private readonly rules: RoutePolicy;
  private readonly ignored: RoutePolicy;

  /** @param policy exempt are the routes that it exempts, and those that are not watched at all */
  constructor(
    private readonly load: Load,
    { routes, budgets, budgetExemptions }: Policy,
  ) {
    const exempt = budgetExemptions.map(pattern => ({ pattern, thresholdMs: 'ignore' as const }));
    this.rules = new RoutePolicy({ thresholdMs: 0, routes: [...exempt, ...budgets] });
    this.ignored = new RoutePolicy({ thresholdMs: 0, routes });
  }

  /** @returns its budget in milliseconds; undefined when it has none */
  of(record: RequestRecord): number | undefined {
    if (!this.rules.hasRules || record.ended) return undefined;
    const { method, url } = record;
    const route = routeOf(this.load, record);
    const rule = this.rules.ruleFor(method, route, pathOf(url));
    if (rule === undefined || rule === 'ignore') return undefined;
    return this.ignored.ruleFor(method, route, pathOf(url)) === 'ignore' ? undefined : rule;
  }
}
