/**
 * Judges single requests: slow from when on, or not watched for slowness at all. Event streams and long polls are meant
 * to last; who wants to watch one gives its route a threshold of its own.
 */
import type * as Util from 'node:util';
import { rawHeadersOf } from './rawHeaders';
import type { Ignored, NamedValue } from './reports';
import type { RequestRecord } from './requests';
import type { RoutePolicy } from './routePolicy';
import { pathOf, routeOf } from './routes';
import { type Load, ownValue } from './runtime';
import { splitAt, upTo } from './text';

/** Different routes counted; what comes later is too rare or too many to tell one by one. */
const MAX_COUNTED = 200;
const MAX_TOLD = 20;
const MAX_HEADERS = 100;
const QUERY_STARTS = new Set('?');
const SEGMENTS = new Set('/');
const POLLS = new Set(['poll', 'polling', 'longpoll', 'long-poll', 'longpolling', 'long-polling', 'long_poll']);

export class RequestJudge {
  private readonly counts = new Map<string, Ignored>();

  constructor(
    private readonly load: Load,
    private policy: RoutePolicy,
  ) {}

  /** Judges by other rules from now on, requests in flight too. */
  use(policy: RoutePolicy): void {
    this.policy = policy;
  }

  /** @returns age in milliseconds from which on the request is slow; undefined when it is not watched: see `ignoredAs` */
  thresholdMs(record: RequestRecord): number | undefined {
    const { method, url } = record;
    record.ignoredAs = undefined;
    const path = pathOf(url);
    const rule = this.policy.hasRules ? this.policy.ruleFor(method, routeOf(this.load, record), path) : undefined;
    if (typeof rule === 'number') return rule;
    const reason = rule === 'ignore' ? 'rule' : this.lastsByDesign(record, path);
    if (reason === undefined) return this.policy.thresholdMs;
    record.ignoredAs = reason;
    return undefined;
  }

  /** To be called once for every ignored request that took longer than the general threshold. */
  count(record: RequestRecord): void {
    if (record.ignoredAs === undefined) return;
    const route = `${record.method} ${routeOf(this.load, record)}`;
    const key = `${record.ignoredAs} ${route}`;
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else if (this.counts.size < MAX_COUNTED) this.counts.set(key, { reason: record.ignoredAs, route, count: 1 });
  }

  /** The most frequent ones. */
  get ignored(): Ignored[] {
    return [...this.counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_TOLD);
  }

  private lastsByDesign({ request, response, url }: RequestRecord, path: string): string | undefined {
    const util = this.load('util');
    if (ownValue(util, response, 'statusCode') === 101) return 'upgrade';
    const head = ownValue(util, response, '_header');
    if (typeof head === 'string' && head.toLowerCase().includes('content-type: text/event-stream')) {
      return 'event stream';
    }
    return isLongPoll(util, request, url, path) ? 'long poll' : undefined;
  }
}

/** By its path, by socket.io's transport, or by the wish to wait that RFC 7240 knows. */
function isLongPoll(util: typeof Util, request: unknown, url: string, path: string): boolean {
  if (splitAt(path, SEGMENTS).some(segment => POLLS.has(segment.toLowerCase()))) return true;
  const query = url.slice(upTo(url, QUERY_STARTS).length + 1);
  if (query.split('&').includes('transport=polling')) return true;
  const asksToWait = ({ name, value }: NamedValue) =>
    name.toLowerCase() === 'prefer' && value.toLowerCase().includes('wait=');
  return rawHeadersOf(util, request, MAX_HEADERS).some(asksToWait);
}
