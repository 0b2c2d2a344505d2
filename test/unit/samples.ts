/** Things of the wire, complete, for tests to vary. */
import type { BoxSite } from '../../sidecar/protocol/boxValues';
import type { Frame, JournalInfo, LineHint, RequestGroup, SlowRequest, Target } from '../../sidecar/protocol/values';

export function frame(changes: Partial<Frame> = {}): Frame {
  return {
    functionName: 'listOrders',
    file: '/srv/shop/src/orders.ts',
    line: 17,
    column: 22,
    origin: 'user',
    isAsync: false,
    ...changes,
  };
}

/** Running, waiting, with one frame of the user's. */
export function slowRequest(changes: Partial<SlowRequest> = {}): SlowRequest {
  return {
    id: 't1:5',
    targetId: 't1',
    requestNumber: 5,
    method: 'GET',
    url: '/orders',
    route: '/orders',
    headers: [],
    query: [],
    groupId: 'g1',
    level: 'slow',
    startedAtMs: Date.UTC(2026, 10, 23, 10, 41, 7, 120),
    durationMs: 1_204,
    thresholdMs: 1_000,
    state: { state: 'running' },
    time: { computingMs: 31, waitingMs: 1_150, heldUpMs: 23 },
    cause: 'waiting',
    frames: [frame()],
    guiltyFrame: 0,
    otherWaits: [],
    heldUpBy: [],
    longestBlockMs: 0,
    victims: 0,
    looks: [],
    lookShares: [],
    others: { count: 0, shown: [] },
    notes: [],
    ...changes,
  };
}

/** Fired once. */
export function boxSite(changes: Partial<BoxSite> = {}): BoxSite {
  return {
    id: 't1:/srv/shop/src/orders.ts:17:22',
    frames: [frame()],
    isAsync: false,
    budgetMs: 200,
    fired: 1,
    nearMisses: 0,
    worstFired: { budgetMs: 200, elapsedMs: 201, overrunMs: 1 },
    ...changes,
  };
}

export function target(changes: Partial<Target> = {}): Target {
  return {
    id: 't1',
    name: 'server.js',
    pid: 4_711,
    hostname: 'build-3',
    nodeVersion: '24.21.0',
    script: '/srv/shop/server.js',
    workingDirectory: '/srv/shop',
    inspector: { host: '127.0.0.1', port: 9_229, openedByUs: true },
    thresholdMs: 1_000,
    restarts: 0,
    hooks: [],
    state: { state: 'watching' },
    ...changes,
  };
}

export function lineHint(changes: Partial<LineHint> = {}): LineHint {
  return {
    id: 't1:/srv/shop/src/orders.ts:17:waiting',
    targetId: 't1',
    file: '/srv/shop/src/orders.ts',
    line: 17,
    cause: 'waiting',
    text: '1.2 s waiting · GET /orders',
    count: 1,
    worstMs: 1_150,
    medianMs: 1_150,
    routes: ['GET /orders'],
    details: [],
    slowRequestId: 't1:5',
    isRunning: true,
    ...changes,
  };
}

export function requestGroup(changes: Partial<RequestGroup> = {}): RequestGroup {
  return {
    id: 'g1',
    targetId: 't1',
    method: 'GET',
    route: '/orders',
    cause: 'waiting',
    frame: frame(),
    count: 12,
    firstSeenAtMs: Date.UTC(2026, 10, 23, 10),
    lastSeenAtMs: Date.UTC(2026, 10, 23, 11),
    worstMs: 2_301,
    newestRequestId: 't1:5',
    running: 0,
    ...changes,
  };
}

export function journalInfo(changes: Partial<JournalInfo> = {}): JournalInfo {
  return {
    file: '/home/me/.local/state/introspector/journals/server.js-4711-20261123T104107120Z-4800.jsonl',
    target: { name: 'server.js', pid: 4_711, hostname: 'build-3', workingDirectory: '/srv/shop' },
    startedAtMs: Date.UTC(2026, 10, 23, 10),
    lastAtMs: Date.UTC(2026, 10, 23, 11),
    bytes: 12_000,
    isLive: false,
    ...changes,
  };
}
