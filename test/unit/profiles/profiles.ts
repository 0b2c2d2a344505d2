/** Profiles to vary. */
import type { RawProfile } from '../../../sidecar/agent/profileReports';
import type { Profile } from '../../../sidecar/profiles/profile';
import type { ProfileInfo } from '../../../sidecar/protocol/profileValues';

export function profileInfo(more: Partial<ProfileInfo> = {}): ProfileInfo {
  return {
    id: '20261124T010203004Z-4711-1',
    method: 'GET',
    url: '/orders/7',
    route: '/orders/:id',
    end: { kind: 'finished', statusCode: 200 },
    trigger: 'url',
    startedAtMs: Date.UTC(2026, 10, 24, 1, 2, 3),
    durationMs: 100,
    time: { computingMs: 60, waitingMs: 40, heldUpMs: 0, profilerMs: 0 },
    samplingIntervalUs: 1_000,
    samples: 60,
    target: { name: 'server.js', pid: 4_711, hostname: 'build-3', nodeVersion: '24.21.0', workingDirectory: '/srv' },
    notes: [],
    ...more,
  };
}

/** @param stacks outermost first, names of functions or `waiting: …`, and how long each took, in microseconds */
export function profileOf(stacks: readonly (readonly [readonly string[], number])[]): Profile {
  const frames: Profile['frames'] = [];
  const nodes: Profile['nodes'] = [];
  const frameOf = (name: string) => {
    const known = frames.findIndex(frame => frame.name === name);
    if (known >= 0) return known;
    const kind = name.startsWith('waiting: ') ? 'wait' : 'function';
    const file = kind === 'wait' ? '' : '/srv/server.js';
    return frames.push({ name, file, line: frames.length + 1, column: 1, kind, origin: 'user' }) - 1;
  };
  const nodeOf = (parent: number, frame: number) => {
    const known = nodes.findIndex(node => node.parent === parent && node.frame === frame);
    return known >= 0 ? known : nodes.push({ parent, frame }) - 1;
  };
  const segments = stacks.map(([names, durationUs]) => {
    const node = names.reduce((parent, name) => nodeOf(parent, frameOf(name)), -1);
    return { node, durationUs };
  });
  const durationMs = segments.reduce((sum, { durationUs }) => sum + durationUs / 1000, 0);
  return { version: 1, info: profileInfo({ durationMs }), frames, nodes, segments, lines: [] };
}

export function rawProfile(more: Partial<RawProfile> = {}): RawProfile {
  return {
    id: '20261124T010203004Z-4711-1',
    trigger: 'url',
    requestNumber: 7,
    method: 'GET',
    url: '/orders/7',
    route: '/orders/:id',
    startedAtMs: Date.UTC(2026, 10, 24, 1, 2, 3),
    durationUs: 100_000,
    end: { kind: 'finished', statusCode: 200 },
    readUs: 0,
    readyUs: 0,
    samplingIntervalUs: 1_000,
    nodes: [],
    samples: [],
    runs: [],
    gapWaits: [],
    waits: [],
    stacks: [],
    others: [],
    otherNames: [],
    leftOut: 0,
    ...more,
  };
}
