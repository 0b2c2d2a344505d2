/** The program: reads the command line, runs a command, sets the exit code. */
import { Command, Option } from 'commander';
import { version } from '../package.json';
import { ConfigError } from './cli/config';
import { type InterruptFlags, interrupt } from './cli/interrupt';
import { INTERRUPT_HELP, parseRunningRequest } from './cli/interruptFlags';
import { list } from './cli/list';
import { parseAddress } from './cli/parseAddress';
import { type RecordFlags, record } from './cli/record';
import { parseRoute, parseSeconds } from './cli/recordFlags';
import { type ReplayFlags, replay } from './cli/replay';
import { parseHeader, parseRequest, parseTimes } from './cli/replayFlags';
import { serve } from './cli/serve';
import { watch } from './cli/watch';
import { addWatchFlags, planOfFlags } from './cli/watchFlags';
import { IntrospectorError } from './protocol/errors';
import { profileFormat } from './protocol/profileValues';
import { keep } from './replay/keeper';

const program = new Command('introspector')
  .description('Attach to a running Node.js web app and see why its requests are slow, while they are slow.')
  .version(version);

program
  .command('list')
  .description('list the Node.js processes of this machine')
  .option('--json', 'print JSON, one process a line')
  .action(options => run(() => list(options)));

addWatchFlags(
  program
    .command('watch')
    .description('attach to an app and report its slow requests until Ctrl-C')
    .argument('<pid|host:port>', 'process to attach to, or the address of an open inspector', parseAddress),
).action((address, flags) => run(async () => watch(address, planOfFlags(flags, process.env), flags.json)));

program
  .command('record')
  .description('profile one request of a running app: a flame graph of its computing and its waiting')
  .argument('<pid|host:port>', 'process to attach to, or the address of an open inspector', parseAddress)
  .option(
    '--route <route>',
    "profile the next request of this route: 'GET /orders/:id'; any route when left out",
    parseRoute,
  )
  .option('--out <file>', 'where to write the profile (default: its id, in the working directory)')
  .addOption(new Option('--format <format>', 'what to write').choices(profileFormat.options).default('speedscope'))
  .option('--timeout <s>', 'give up when no request came within this time', parseSeconds)
  .action((address, flags: RecordFlags) => run(() => record(address, flags)));

program
  .command('interrupt')
  .description('stop the request that holds the event loop of a running app, and answer its client with 503')
  .argument('<pid|host:port>', 'process to attach to, or the address of an open inspector', parseAddress)
  .argument('<request>', "which one: 'GET /search', by its route; or any", parseRunningRequest)
  .option('--timeout <s>', 'give up when no such request holds the event loop within this time', parseSeconds, 10)
  .addHelpText('after', INTERRUPT_HELP)
  .action((address, route, flags: InterruptFlags) => run(() => interrupt(address, route, flags)));

program
  .command('replay')
  .description('send a request to a copy of a running app, which is ended afterwards, and profile it there')
  .argument('<pid|host:port>', 'process to copy, or the address of its open inspector', parseAddress)
  .argument('<request>', "what to send: 'GET /orders?page=2'", parseRequest)
  .option('--header <header>', "send it with this header, 'Name: value'; may be given again", parseHeader, [])
  .option('--body <file>', 'send it with the content of this file')
  .option('--times <n>', 'send it this often, one after the other; the last time is profiled', parseTimes, 1)
  .option('--yes', 'send a method other than GET and HEAD: what it writes, sends or charges happens again', false)
  .option('--out <file>', 'where to write the profile (default: its id, in the working directory)')
  .addOption(new Option('--format <format>', 'what to write').choices(profileFormat.options).default('speedscope'))
  .action((address, request, flags: ReplayFlags) => run(() => replay(address, request, flags)));

program
  .command('serve', { hidden: true })
  .description('serve an editor; ends when standard input does')
  .action(() => run(() => serve(version)));

program
  .command('keep-copy', { hidden: true })
  .description('start a copy of an app for a replay; ends with it when standard input does')
  .action(() => run(() => keep()));

/** An expected error is a sentence; anything else is a bug and shows its stack. */
async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${sentenceOf(error)}\n`);
  }
}

function sentenceOf(error: unknown): unknown {
  if (error instanceof IntrospectorError) return error.advice;
  if (error instanceof ConfigError) return `error: ${error.message}`;
  return error instanceof Error ? error.stack : error;
}

// Whoever read what is printed may stop, as `head` does.
process.stdout.on('error', () => {});

await program.parseAsync();
