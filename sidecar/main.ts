/** The program: reads the command line, runs a command, sets the exit code. */
import { Command, InvalidArgumentError } from 'commander';
import { version } from '../package.json';
import { list } from './cli/list';
import { parseAddress } from './cli/parseAddress';
import { serve } from './cli/serve';
import { watch } from './cli/watch';
import { IntrospectorError } from './protocol/errors';

const DEFAULT_THRESHOLD_MS = 1_000;

const program = new Command('introspector')
  .description('Attach to a running Node.js web app and see why its requests are slow, while they are slow.')
  .version(version);

program
  .command('list')
  .description('list the Node.js processes of this machine')
  .option('--json', 'print JSON, one process a line')
  .action(options => run(() => list(options)));

program
  .command('watch')
  .description('attach to an app and report its slow requests until Ctrl-C')
  .argument('<pid|host:port>', 'process to attach to, or the address of an open inspector', parseAddress)
  .option('--threshold <ms>', 'report requests that take longer', parseThreshold, DEFAULT_THRESHOLD_MS)
  .option('--journal <folder>', 'keep the journal in this folder; by default where this system keeps state')
  .option('--no-journal', 'keep no journal')
  .option('--json', 'print JSON, one event a line')
  .action((address, options) => run(() => watch(address, options)));

program
  .command('serve', { hidden: true })
  .description('serve an editor; ends when standard input does')
  .action(() => run(() => serve(version)));

function parseThreshold(text: string): number {
  const thresholdMs = Number(text);
  if (text.trim() === '' || !Number.isFinite(thresholdMs) || thresholdMs < 0) {
    throw new InvalidArgumentError('It is a number of milliseconds, 0 or more.');
  }
  return thresholdMs;
}

/** An expected error is a sentence; anything else is a bug and shows its stack. */
async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `${error instanceof IntrospectorError ? error.advice : error instanceof Error ? error.stack : error}\n`,
    );
  }
}

// Whoever read what is printed may stop, as `head` does.
process.stdout.on('error', () => {});

await program.parseAsync();
