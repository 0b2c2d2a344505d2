/** What the agent says of a request that takes a second and does nothing, for tests to vary. */
import type { Evidence, PendingWait, RawFrame, RequestReport } from '../../../sidecar/agent/reports';

export const NOW_MS = 10_000;

export const raw = (line: number, file = '/nowhere/app.js'): RawFrame => ({
  functionName: 'f',
  file,
  line,
  column: 1,
  isAsync: false,
});

export function pending(id: number, line: number, changes: Partial<PendingWait> = {}): PendingWait {
  return { id, kind: 'socket', label: `data ${id}`, startedAtMs: NOW_MS - 700, frames: [raw(line)], ...changes };
}

export function report(changes: Partial<RequestReport> = {}): RequestReport {
  return {
    requestNumber: 5,
    method: 'GET',
    url: '/orders?user=7',
    route: '/orders',
    startedAtMs: NOW_MS - 1_000,
    durationMs: 1_000,
    computingMs: 0,
    heldUpMs: 0,
    heldUpBy: [],
    longestBlockMs: 0,
    victims: 0,
    thresholdMs: 500,
    ...changes,
  };
}

export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return { looks: [], waits: [], waitsLeftOut: 0, ...changes };
}
