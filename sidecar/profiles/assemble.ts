/** From what the agent says of a profiled request to its profile. */
import type { RawProfile } from '../agent/profileReports';
import type { ProfileInfo, ProfileTime } from '../protocol/profileValues';
import { AsyncCallers } from './asyncCallers';
import { CallTree } from './callTreeBuilder';
import { FrameTable, type PositionResolver } from './frameTable';
import { hotLines } from './hotLines';
import type { Profile, ProfileFrame, Segment } from './profile';
import { sampledStack, waitStack } from './stacks';
import { type Piece, timelineOf } from './timeline';
import { waitName } from './waitNames';

const CONTINUOUS =
  'Cut out of the continuous profile, which takes one sample every 10 ms: shorter computing may be missing, and beside other requests what this one computed is told by the operations it started.';
const TOO_SHORT = '(too short to be sampled)';

/**
 * @param raw checked, from the agent
 * @param target the process it comes from
 * @returns its profile, at original positions where source maps lead there
 */
export async function assembleProfile(
  raw: RawProfile,
  target: ProfileInfo['target'],
  resolver: PositionResolver,
): Promise<Profile> {
  const table = new FrameTable(resolver);
  for (const node of raw.nodes) table.noteStart(node);
  const pieces = timelineOf(raw);
  const stacks = await Stacks.of(raw, pieces, table);
  const tree = new CallTree();
  const segments: Segment[] = [];
  for (const piece of pieces) {
    const node = tree.nodeOf(stacks.stackOf(piece));
    const durationUs = piece.endUs - piece.startUs;
    const last = segments.at(-1);
    if (last?.node === node) last.durationUs += durationUs;
    else segments.push({ node, durationUs });
  }
  const { frames } = table;
  const { nodes } = tree;
  const time = timeOf({ frames, nodes, segments });
  const lines = await hotLines(raw, pieces, table, resolver);
  return {
    version: 1,
    info: { ...infoOf(raw, target), time, samples: raw.samples.length / 2 },
    frames,
    nodes,
    segments,
    lines,
  };
}

/** The frames of each piece, outermost first. */
class Stacks {
  private readonly known = new Map<string, number[]>();
  private readonly callers = new AsyncCallers();

  private constructor(
    private readonly raw: RawProfile,
    private readonly table: FrameTable,
  ) {}

  /** Finds the stacks of all pieces: who calls a function shows in any of them. */
  static async of(raw: RawProfile, pieces: readonly Piece[], table: FrameTable): Promise<Stacks> {
    const stacks = new Stacks(raw, table);
    for (const piece of pieces) {
      const key = keyOf(piece);
      if (!stacks.known.has(key)) stacks.known.set(key, await stacks.find(piece));
    }
    for (const stack of stacks.known.values()) stacks.callers.note(stack);
    for (const [key, stack] of stacks.known) stacks.known.set(key, stacks.callers.withCallers(stack));
    return stacks;
  }

  stackOf(piece: Piece): readonly number[] {
    return this.known.get(keyOf(piece)) ?? [];
  }

  private async find(piece: Piece): Promise<number[]> {
    const { table, raw } = this;
    if (piece.kind === 'profiler') return [table.of('profiler', '(starting the profiler)')];
    if (piece.kind === 'computing') {
      if (piece.sample < 0) return [table.of('engine', TOO_SHORT)];
      const callers = piece.below === undefined ? [] : await sampledStack(raw.nodes, piece.below, table);
      return [...callers, ...(await sampledStack(raw.nodes, piece.sample, table))];
    }
    const wait = raw.waits[piece.wait];
    const frames = raw.stacks[wait?.stack ?? -1] ?? [];
    const stack = await waitStack(frames, table);
    for (const { frame, isResumable } of stack) if (isResumable) this.callers.noteResumable(frame);
    return [...stack.map(({ frame }) => frame), this.reasonOf(piece, waitName(wait, frames))];
  }

  private reasonOf(piece: Piece & { kind: 'waiting' | 'heldUp' }, waited: string): number {
    if (piece.kind === 'waiting') return this.table.of('wait', `waiting: ${waited}`);
    return this.table.of('heldUp', `held up by ${this.raw.otherNames[piece.other] ?? 'other work'}`);
  }
}

function keyOf(piece: Piece): string {
  if (piece.kind === 'computing') return `c${piece.sample}:${piece.below ?? ''}`;
  if (piece.kind === 'waiting') return `w${piece.wait}`;
  return piece.kind === 'heldUp' ? `h${piece.other}:${piece.wait}` : 'p';
}

function infoOf(raw: RawProfile, target: ProfileInfo['target']): Omit<ProfileInfo, 'time' | 'samples'> {
  const { id, method, url, route, end, trigger, startedAtMs, samplingIntervalUs, leftOut } = raw;
  const notes: string[] = [];
  if (trigger === 'continuous') notes.push(CONTINUOUS);
  if (leftOut > 0) notes.push(`${leftOut} samples, runs or waits found no room and are missing.`);
  if (end.kind === 'cut') notes.push(`The request had not ended when its profile did: ${end.reason}.`);
  const durationMs = raw.durationUs / 1000;
  return { id, method, url, route, end, trigger, startedAtMs, durationMs, samplingIntervalUs, target, notes };
}

function timeOf({ frames, nodes, segments }: Pick<Profile, 'frames' | 'nodes' | 'segments'>): ProfileTime {
  const time: ProfileTime = { computingMs: 0, waitingMs: 0, heldUpMs: 0, profilerMs: 0 };
  for (const { node, durationUs } of segments) {
    const kind = frames[nodes[node]?.frame ?? -1]?.kind ?? 'engine';
    time[TIME_OF_KIND[kind]] += durationUs / 1000;
  }
  return time;
}

const TIME_OF_KIND = {
  function: 'computingMs',
  engine: 'computingMs',
  wait: 'waitingMs',
  heldUp: 'heldUpMs',
  profiler: 'profilerMs',
} as const satisfies Record<ProfileFrame['kind'], keyof ProfileTime>;
