/**
 * What being attached costs an app in CPU time: two equal processes, one attached and one untouched, take turns with
 * equal blocks of requests. Rounds begin with fresh processes and swap their roles, so that neither the luck of a
 * process nor a machine that grows slower counts.
 */
import type { WatchSettings } from '../../sidecar/protocol/values';
import type { NodeVersion } from '../support/nodeVersions';
import type { TestSidecar } from '../support/testSidecar';
import { BenchApp } from './benchApp';
import type { Counts } from './counts';
import { sendLoad } from './load';
import { whileRunning } from './whileRunning';

/** Nothing is slow in here: what is measured is the price of watching. */
const THRESHOLD_MS = 1_000;

export interface CpuSubject {
  name: string;
  /** Below test/apps/bench. */
  file: string;
  environment: NodeJS.ProcessEnv;
  paths: readonly string[];
  blockRequests: number;
  /** Until V8 has optimised what it will. */
  warmUpBlocks: number;
  /** After attaching, which makes V8 begin anew with much of it. */
  settleBlocks: number;
}

interface Block {
  /** CPU time of the app for one request, in milliseconds. */
  cpuMs: number;
  /** CPU time of the app for each unit of time: how busy it was. */
  busyShare: number;
}

interface Pair {
  untouched: Block;
  attached: Block;
}

export interface CpuResult {
  pairs: Pair[];
  /** Attached to untouched, of each pair, round by round. */
  ratios: number[][];
  /** The same for the first block after attaching, one for each round. */
  firstRatios: number[];
}

/**
 * What the second of two apps has that the first has not. `nothing` leaves both untouched, which shows what the
 * measurement itself makes up; for `continuousProfile` both are watched.
 */
export type Compared = 'watching' | 'continuousProfile' | 'nothing';

export interface CpuOptions {
  subject: CpuSubject;
  node: NodeVersion;
  sidecar: TestSidecar;
  counts: Counts;
  compares: Compared;
}

/** Takes `cpuRounds` × `cpuPairs` pairs of blocks. */
export async function measureCpu(options: CpuOptions): Promise<CpuResult> {
  const result: CpuResult = { pairs: [], ratios: [], firstRatios: [] };
  const { file, environment } = options.subject;
  for (let round = 0; round < options.counts.cpuRounds; round += 1) {
    await whileRunning(BenchApp.start(file, options.node, environment), first =>
      whileRunning(BenchApp.start(file, options.node, environment), async second => {
        const [untouched, attached] = round % 2 === 0 ? [first, second] : [second, first];
        await measureRound(options, result, untouched, attached);
      }),
    );
  }
  return result;
}

async function measureRound(
  { subject, sidecar, counts, compares }: CpuOptions,
  result: CpuResult,
  untouched: BenchApp,
  attached: BenchApp,
): Promise<void> {
  const takePairs = async (count: number): Promise<Pair[]> => {
    const pairs: Pair[] = [];
    // U A, A U, U A …: what changes in the course of time hits both alike.
    for (let index = 0; index < count; index += 1)
      pairs.push(await takePair(subject, untouched, attached, index % 2 > 0));
    return pairs;
  };
  await takePairs(subject.warmUpBlocks);
  const continuousProfile = compares === 'continuousProfile';
  const watch = ({ pid }: BenchApp, more: Partial<WatchSettings>) => sidecar.attach({ pid }, THRESHOLD_MS, more);
  const targets = compares === 'nothing' ? [] : [await watch(attached, { continuousProfile })];
  if (continuousProfile) targets.push(await watch(untouched, {}));
  const settling = await takePairs(subject.settleBlocks);
  const pairs = await takePairs(counts.cpuPairs);
  for (const { id: targetId } of targets) await sidecar.request('detach', { targetId });
  result.pairs.push(...pairs);
  result.ratios.push(pairs.map(ratio));
  result.firstRatios.push(...settling.slice(0, 1).map(ratio));
}

async function takePair(
  subject: CpuSubject,
  untouched: BenchApp,
  attached: BenchApp,
  attachedFirst: boolean,
): Promise<Pair> {
  if (!attachedFirst)
    return { untouched: await takeBlock(subject, untouched), attached: await takeBlock(subject, attached) };
  const block = await takeBlock(subject, attached);
  return { untouched: await takeBlock(subject, untouched), attached: block };
}

function ratio({ untouched, attached }: Pair): number {
  return attached.cpuMs / untouched.cpuMs;
}

async function takeBlock({ paths, blockRequests: requests }: CpuSubject, app: BenchApp): Promise<Block> {
  const beforeMs = await app.cpuMs();
  const startedMs = performance.now();
  let elapsedMs = 0;
  // Asked at once: while the app idles, drains go on and would count for requests that are not there.
  let after: Promise<number> | undefined;
  await sendLoad({ url: app.url, paths, requests }, () => {
    elapsedMs = performance.now() - startedMs;
    after = app.cpuMs();
  });
  if (after === undefined) throw new Error('the load ended without its last answer');
  const usedMs = (await after) - beforeMs;
  return { cpuMs: usedMs / requests, busyShare: usedMs / elapsedMs };
}
