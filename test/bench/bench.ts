/**
 * What Introspector costs and how soon it tells: `npm run bench`, some of it: `npm run bench -- pauses attach`, quickly:
 * `npm run bench -- --quick`. It measures and is no test: it ends with exit code 0 when it ran, whatever it found.
 * `--control` attaches to nothing where CPU time is compared, which shows how far the comparison can be trusted.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { withDeadline } from '../support/vscode/deadline';
import { attachSection } from './attachSection';
import { countsFor } from './counts';
import { cpuSection } from './cpuSection';
import { memorySection } from './memorySection';
import { pauseSection } from './pauseSection';
import { profileSection } from './profileSection';
import { type Judgement, printJudgements } from './report';
import { reportSection } from './reportSection';
import { timeboxSection } from './timeboxSection';

/** The whole takes about 9 minutes, and more on a slow machine. */
const DEADLINE_MS = 20 * 60_000;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, control: { type: 'boolean', default: false } },
});
const counts = countsFor(flags.quick);

const sections: Record<string, () => Promise<Judgement[]>> = {
  cpu: () => cpuSection(counts, flags.control ? 'nothing' : 'watching'),
  continuous: () => cpuSection(counts, flags.control ? 'nothing' : 'continuousProfile'),
  pauses: () => pauseSection(counts),
  reports: () => reportSection(counts),
  attach: () => attachSection(counts),
  memory: () => memorySection(counts),
  profiles: () => profileSection(counts),
  timebox: () => timeboxSection(counts),
};

async function main(): Promise<void> {
  const unknown = positionals.filter(name => !(name in sections));
  if (unknown.length > 0) {
    throw new Error(`There is no ${unknown.join(', ')} to measure. There are ${Object.keys(sections).join(', ')}.`);
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(2)} before the start`);
  if (flags.quick) console.log('Quick: few repetitions. The figures are worth little.');
  const startedMs = performance.now();
  const judgements: Judgement[] = [];
  for (const [name, measure] of Object.entries(sections)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\nMeasuring ${name} …`);
    judgements.push(...(await measure()));
  }
  if (judgements.length > 0) printJudgements(judgements);
  console.log(`\nMeasured in ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
}

withDeadline(main(), DEADLINE_MS, 'The bench')
  // Whatever still runs ends with this process.
  .then(() => process.exit(0))
  .catch((error: Error) => {
    console.error(error);
    process.exit(1);
  });
