import type { RoutePolicy } from './routePolicy';

/** What was found out about a request that was old enough to matter. */
export interface Verdict {
  readonly policy: RoutePolicy;
  /** Age in milliseconds from which on the request is slow; infinite when it is ignored. */
  readonly thresholdMs: number;
  /** Why it is not watched for slowness. */
  readonly ignoredAs: string | undefined;
  /** Older, it is to be judged again: its route may have been found, its answer may have begun. */
  readonly holdsUntilMs: number;
  isCounted: boolean;
}
