/** What a process was doing when it ended, as far as it was known then. */
import type { SlowRequest, Target } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { oneLine } from './oneLine';
import { slowRequestReport } from './slowRequestReport';

/** Reports in full; a process that dies with hundreds of slow requests has a few reasons, not hundreds. */
const MAX_REPORTS = 20;

/** A request in flight that was not slow yet. */
export interface YoungRequest {
  requestNumber: number;
  method: string;
  route: string;
  durationMs: number;
}

/**
 * @param unfinished slow requests that had not ended, whose state says how the process did
 * @param others requests in flight besides them, as of the last look
 * @returns undefined when nothing was in flight
 */
export function lastReport(
  target: Target,
  message: string,
  unfinished: readonly SlowRequest[],
  others: readonly YoungRequest[],
): string | undefined {
  if (unfinished.length === 0 && others.length === 0) return undefined;
  const oldestFirst = [...unfinished].sort((a, b) => a.startedAtMs - b.startedAtMs);
  const reports = oldestFirst.slice(0, MAX_REPORTS).map(request => slowRequestReport(request, target));
  const left = unfinished.length - reports.length;
  return [
    `${oneLine(message)} This is what it was doing.`,
    ...reports,
    ...(left > 0 ? [`${left} more slow requests had not ended.`] : []),
    ...(others.length > 0 ? [`Also in flight, not slow yet\n${others.map(line).join('\n')}`] : []),
  ].join('\n\n');
}

function line({ requestNumber, method, route, durationMs }: YoungRequest): string {
  return oneLine(`      ${method} ${route}   ${exactMs(durationMs)}   request ${requestNumber}`);
}
