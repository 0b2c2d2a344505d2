/** What is slow for which request: the general threshold, and the rules for single routes. */
import type { Policy } from './reports';
import { consistsOf, upTo } from './text';

const METHOD = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZ-');
const ANY = '*';

type Threshold = Policy['routes'][number]['thresholdMs'];

interface Rule {
  /** Undefined for all methods. */
  method: string | undefined;
  pattern: string;
  thresholdMs: Threshold;
}

export class RoutePolicy {
  readonly thresholdMs: number;
  /** Younger requests are slow by no rule. */
  readonly smallestMs: number;
  private readonly rules: readonly Rule[];

  constructor(policy: Policy) {
    this.thresholdMs = policy.thresholdMs;
    this.rules = policy.routes.map(ruleOf);
    const own = this.rules.map(({ thresholdMs }) => thresholdMs).filter(each => each !== 'ignore');
    this.smallestMs = Math.min(policy.thresholdMs, ...own);
  }

  get hasRules(): boolean {
    return this.rules.length > 0;
  }

  /**
   * @param route `/orders/:id`
   * @param path `/orders/7`
   * @returns what the first rule says that names this route or whose pattern the path fits; undefined when none does
   */
  ruleFor(method: string, route: string, path: string): Threshold | undefined {
    const fits = (rule: Rule) => rule.pattern === route || globFits(rule.pattern, path);
    return this.rules.find(rule => (rule.method === undefined || rule.method === method) && fits(rule))?.thresholdMs;
  }
}

function ruleOf({ pattern, thresholdMs }: Policy['routes'][number]): Rule {
  const method = upTo(pattern, new Set(' '));
  if (method === '' || method.length === pattern.length || !consistsOf(method, METHOD)) {
    return { method: undefined, pattern: pattern.trim(), thresholdMs };
  }
  return { method, pattern: pattern.slice(method.length).trim(), thresholdMs };
}

/**
 * @param glob `*` stands for any characters, `/` among them
 * @returns true when the whole text fits
 */
export function globFits(glob: string, text: string): boolean {
  const parts = glob.split(ANY);
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
