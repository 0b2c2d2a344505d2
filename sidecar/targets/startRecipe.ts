/** How a running app was started, so that a second one can be started the same way. */
import { readFile, readlink } from 'node:fs/promises';
import * as z from 'zod';
import type { InspectorConnection } from '../inspector/connection';
import { errors } from '../protocol/errors';
import { isClusterWorker } from './environment';
import { listeningPorts, socketInodes } from './linuxProcesses';
import { unixListeners } from './procNet';

export interface StartRecipe {
  pid: number;
  executable: string;
  /** Options of Node.js, the script, and what follows it; nothing that opens an inspector. */
  args: string[];
  workingDirectory: string;
  environment: Record<string, string>;
  userId: number;
  groupId: number;
  /** TCP ports the app listens on; its inspector's may be among them. */
  ports: number[];
}

const commandLine = z.object({
  executable: z.string().min(1).max(4_000),
  options: z.array(z.string()).max(1_000),
  args: z.array(z.string()).max(10_000),
});

/** Runs in the app: what the system shows is a title where the app has given itself one. */
const ASK_COMMAND_LINE =
  'JSON.stringify({ executable: process.execPath, options: process.execArgv, args: process.argv.slice(1) })';
const ANSWER_TIMEOUT_MS = 5_000;

/** A channel to a parent process, its supervisor's sockets and watching files are not the copy's. */
const NOT_INHERITED = new Set([
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'WATCH_REPORT_DEPENDENCIES',
  'NOTIFY_SOCKET',
  'LISTEN_FDS',
  'LISTEN_PID',
]);

/** Options that open an inspector or restart the app; those that may have their value behind a space. */
const LEFT_OUT = /^--(?:inspect|debug)(?:-[a-z]+)*(?:=|$)|^--watch(?:-[a-z]+)*(?:=|$)/;
const WITH_VALUE = new Set(['--inspect-port', '--debug-port', '--inspect-publish-uid', '--watch-path']);

/**
 * @param connection to the app's inspector; works while the app is blocked, too
 * @param pid of the app on this machine
 * @throws IntrospectorError `cannotReplay` where the system does not show it, or a copy would do harm
 */
export async function startRecipeOf(connection: InspectorConnection, pid: number): Promise<StartRecipe> {
  if (process.platform !== 'linux') throw errors.cannotReplay('it works on Linux only so far', OTHER_WAYS);
  if (await isClusterWorker(pid)) {
    throw errors.cannotReplay(
      'the app is a worker of a cluster and cannot be started alone',
      'Start the app without a cluster and attach to that.',
    );
  }
  const paths = await unixListeners(pid, await socketInodes(pid));
  if (paths.length > 0) {
    throw errors.cannotReplay(
      `the app listens on the socket ${paths[0]}, which a copy would take away from it`,
      OTHER_WAYS,
    );
  }
  const told = await askCommandLine(connection, pid);
  return {
    pid,
    executable: told.executable,
    args: [...withoutInspector(told.options), ...told.args],
    ...(await shownBySystem(pid)),
    ports: (await listeningPorts(pid)).map(({ port }) => port),
  };
}

const OTHER_WAYS = 'Profile the next request of its route in the app itself.';

/** @returns options of Node.js without those that open an inspector or start the app again */
export function withoutInspector(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < options.length; index += 1) {
    const option = options[index] ?? '';
    if (!LEFT_OUT.test(option)) kept.push(option);
    else if (WITH_VALUE.has(option)) index += 1;
  }
  return kept;
}

async function askCommandLine(connection: InspectorConnection, pid: number): Promise<z.infer<typeof commandLine>> {
  const answer = connection.send('Runtime.evaluate', {
    expression: ASK_COMMAND_LINE,
    returnByValue: true,
    silent: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(errors.notAnswering(`Process ${pid}`, ANSWER_TIMEOUT_MS)), ANSWER_TIMEOUT_MS);
  });
  try {
    const { result } = await Promise.race([answer, late]);
    return commandLine.parse(JSON.parse(String(result.value)));
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}

type Shown = Pick<StartRecipe, 'workingDirectory' | 'environment' | 'userId' | 'groupId'>;

async function shownBySystem(pid: number): Promise<Shown> {
  try {
    const [workingDirectory, environment, status] = await Promise.all([
      readlink(`/proc/${pid}/cwd`),
      readFile(`/proc/${pid}/environ`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    // The second of the four numbers is the effective one: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    const effective = (name: string) => Number(new RegExp(`^${name}:\\s+\\d+\\s+(\\d+)`, 'm').exec(status)?.[1]);
    return {
      workingDirectory,
      environment: variablesOf(environment),
      userId: effective('Uid'),
      groupId: effective('Gid'),
    };
  } catch {
    throw errors.cannotReplay(
      `this user may not see how process ${pid} was started`,
      'Run as the user who owns the process.',
    );
  }
}

/** @param text as `/proc/pid/environ` has it: `NAME=value`, each ended by a zero byte */
export function variablesOf(text: string): Record<string, string> {
  const pairs = text
    .split('\0')
    .filter(pair => pair.includes('='))
    .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
    .filter(([name]) => name !== '' && !NOT_INHERITED.has(name));
  const variables: Record<string, string> = Object.fromEntries(pairs);
  const { NODE_OPTIONS } = variables;
  if (NODE_OPTIONS !== undefined) variables.NODE_OPTIONS = withoutInspector(NODE_OPTIONS.split(' ')).join(' ');
  return variables;
}
