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
  /** Of the pattern, what stands around its `*`. */
  parts: readonly string[];
  thresholdMs: Threshold;
}

export class RoutePolicy {
  readonly thresholdMs: number;
  /** Younger requests are slow by no rule. */
  readonly smallestMs: number;
  private readonly rules: readonly Rule[];

  constructor(policy: Pick<Policy, 'thresholdMs' | 'routes'>) {
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
    const fits = (rule: Rule) => rule.pattern === route || partsFit(rule.parts, path);
    return this.rules.find(rule => (rule.method === undefined || rule.method === method) && fits(rule))?.thresholdMs;
  }
}

function ruleOf({ pattern, thresholdMs }: Policy['routes'][number]): Rule {
  const method = upTo(pattern, new Set(' '));
  if (method === '' || method.length === pattern.length || !consistsOf(method, METHOD)) {
    return { method: undefined, ...partsOf(pattern), thresholdMs };
  }
  return { method, ...partsOf(pattern.slice(method.length)), thresholdMs };
}

function partsOf(untrimmed: string): Pick<Rule, 'pattern' | 'parts'> {
  const pattern = untrimmed.trim();
  return { pattern, parts: pattern.split(ANY) };
}

/**
 * @param glob `*` stands for any characters, `/` among them
 * @returns true when the whole text fits
 */
export function globFits(glob: string, text: string): boolean {
  return partsFit(glob.split(ANY), text);
}

function partsFit(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length < 2) return text === first;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
