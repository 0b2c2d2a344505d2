/** CPU time per request, attached against untouched: measured, printed and judged. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DELIVERY_SETTINGS } from '../../sidecar/protocol/defaults';
import { nodeVersion } from '../support/nodeVersions';
import { TestSidecar } from '../support/testSidecar';
import type { Counts } from './counts';
import { type Compared, type CpuResult, type CpuSubject, measureCpu } from './cpuPerRequest';
import { startOrdersDatabase } from './ordersDatabase';
import { type Judgement, printTable } from './report';
import { medianInterval, spreadOf } from './statistics';
import { whileRunning } from './whileRunning';

const NODE_MAJORS = [20, 24];
/** Aims, not limits: of the service with a database, and of a server that does nothing but answer. */
const MAX_RATIO = { service: 1.03, bare: 1.05 };
/** More than one, so that no answer is a matter of a cache. */
const ORDER_PATHS = Array.from({ length: 50 }, (_, index) => `/orders/${1 + index * 97}`);

const COMPARED: Readonly<Record<Compared, string>> = {
  watching: 'attached against untouched',
  continuousProfile: 'with the continuous profile (under "attached") against watched without it',
  nothing: 'CONTROL: untouched against untouched',
};
/** Aim for the continuous profile, of either app. */
const MAX_CONTINUOUS_RATIO = 1.05;

type JudgedSubject = CpuSubject & { maxRatio: number };

const HEADING = [
  ...['app', 'Node', 'busy', 'untouched', 'attached', 'pairs'],
  ...['ratio', 'quartiles', '95 % of median', 'by round', 'at first'],
];

/**
 * @param compares with `nothing`, the ratio is 1 as far as the measurement is right
 */
export async function cpuSection(counts: Counts, compares: Compared): Promise<Judgement[]> {
  return whileRunning(startOrdersDatabase(), ({ environment }) =>
    whileRunning(startSidecar(), sidecar => measureAll(sidecar, environment, counts, compares)),
  );
}

/** With all that an app can be watched with but locals: it keeps a journal, and would deliver. */
async function startSidecar(): Promise<TestSidecar> {
  const sidecar = await TestSidecar.start();
  const folder = join(tmpdir(), 'introspector-bench-reports');
  const settings = { ...DEFAULT_DELIVERY_SETTINGS, folder, jsonLines: join(folder, 'reports.jsonl'), appLog: true };
  await sidecar.request('setDeliveries', { settings });
  return sidecar;
}

async function measureAll(
  sidecar: TestSidecar,
  environment: NodeJS.ProcessEnv,
  counts: Counts,
  compares: Compared,
): Promise<Judgement[]> {
  const rows = [HEADING];
  const judgements: Judgement[] = [];
  for (const subject of subjects(environment)) {
    for (const major of NODE_MAJORS) {
      const node = nodeVersion(major);
      console.log(`  ${subject.name} on Node ${node.major} …`);
      const result = await measureCpu({ subject, node, sidecar, counts, compares });
      rows.push([subject.name, String(node.major), ...cells(result)]);
      if (compares !== 'nothing') judgements.push(judge(subject, node.major, result, compares));
    }
  }
  printTable(`CPU time of the app for one request, ${COMPARED[compares]}`, rows);
  console.log(
    '  busy: share of a core the untouched app used; at first: ratio of the first block after attaching, while V8',
  );
  console.log(
    '  optimises anew, which is in no other figure. Watching costs by the second as well: see "busy" with the ratio.',
  );
  return judgements;
}

function subjects(environment: NodeJS.ProcessEnv): JudgedSubject[] {
  return [
    {
      name: 'bare node:http',
      file: 'bare.js',
      environment: {},
      paths: ['/'],
      blockRequests: 8_000,
      warmUpBlocks: 4,
      settleBlocks: 6,
      maxRatio: MAX_RATIO.bare,
    },
    {
      name: 'Express 5 + pg, 2 queries',
      file: 'orders.js',
      environment,
      paths: ORDER_PATHS,
      blockRequests: 1_000,
      warmUpBlocks: 10,
      settleBlocks: 10,
      maxRatio: MAX_RATIO.service,
    },
  ];
}

function cells({ pairs, ratios, firstRatios }: CpuResult): string[] {
  const { median, lowerQuartile, upperQuartile } = spreadOf(ratios.flat());
  const [lower, upper] = medianInterval(ratios);
  const rounds = ratios.map(round => spreadOf(round).median).sort((a, b) => a - b);
  const medianOf = (figureOf: (pair: CpuResult['pairs'][number]) => number) => spreadOf(pairs.map(figureOf)).median;
  return [
    `${(medianOf(({ untouched }) => untouched.busyShare) * 100).toFixed(0)} %`,
    microseconds(medianOf(({ untouched }) => untouched.cpuMs)),
    microseconds(medianOf(({ attached }) => attached.cpuMs)),
    String(pairs.length),
    median.toFixed(3),
    `${lowerQuartile.toFixed(3)} to ${upperQuartile.toFixed(3)}`,
    `${lower.toFixed(3)} to ${upper.toFixed(3)}`,
    rounds.map(round => round.toFixed(2)).join(' '),
    spreadOf(firstRatios).median.toFixed(2),
  ];
}

function judge(
  { name, maxRatio: maxOfWatching }: JudgedSubject,
  nodeMajor: number,
  { ratios }: CpuResult,
  compares: Compared,
): Judgement {
  const maxRatio = compares === 'continuousProfile' ? MAX_CONTINUOUS_RATIO : maxOfWatching;
  const { median } = spreadOf(ratios.flat());
  const [lower, upper] = medianInterval(ratios);
  const found = `${share(median)} (${share(lower)} to ${share(upper)})`;
  const reason = compares === 'continuousProfile' ? ' by the continuous profile' : '';
  const what = `more CPU per request${reason}, ${name}, Node ${nodeMajor}`;
  const aim = `< ${share(maxRatio)}`;
  if (upper < maxRatio) return { what, aim, found, verdict: 'met' };
  // An interval around the aim decides nothing, wherever its median is.
  return { what, aim, found, verdict: lower >= maxRatio ? 'MISSED' : 'not sure' };
}

/** @returns "+1.4 %" */
function share(ratio: number): string {
  const percent = ((ratio - 1) * 100).toFixed(1);
  return `${percent.startsWith('-') ? '' : '+'}${percent} %`;
}

function microseconds(durationMs: number): string {
  return `${(durationMs * 1000).toFixed(1)} µs`;
}
