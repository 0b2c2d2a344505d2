/** What every system can tell about its processes, as far as attaching needs it. */
import type { ProcessInfo } from '../protocol/values';

export interface NodeProcess extends Omit<ProcessInfo, 'ports' | 'inspectorPort'> {
  /** Arguments, the executable first; one string where the system does not tell them apart. */
  commandLine: string[];
  listeningPorts: ListeningPort[];
}

export interface ListeningPort {
  port: number;
  isLoopback: boolean;
}

/** Processes that have started since some time. */
export interface Newcomers {
  /** In milliseconds since 1970. */
  readonly sinceMs: number;
  /** Pids that are known to be older: remembered from one listing to the next, by the listing. */
  readonly older: Set<number>;
}

/** One implementation per way of asking the system. */
export interface ProcessTable {
  /**
   * @param newcomers when only these are of interest, and their ports are not, which saves most of the work
   * @returns the Node.js processes of this machine that this user can see
   */
  list(newcomers?: Newcomers): Promise<NodeProcess[]>;
  /** @returns one process; undefined when there is none; `notNode` with its command when it runs something else */
  find(pid: number): Promise<NodeProcess | { notNode: string } | undefined>;
  /** @returns who listens on a TCP port of this machine, as far as this user may know */
  holderOf(port: number): Promise<{ pid?: number; command: string } | undefined>;
  /**
   * @returns whether the process would take SIGUSR1 as the wish to open its inspector; a process that does not catch
   * the signal would be ended by it. Undefined where the system does not tell.
   */
  catchesSigusr1(pid: number): Promise<boolean | undefined>;
  /** @returns the pid the process has for itself, which is another one inside a container */
  ownPid(pid: number): Promise<number>;
  /** @returns false when the process has a network of its own, so that its ports are not reachable from here */
  sharesOurNetwork(pid: number): Promise<boolean>;
}

/** True for `node`, `nodejs`, `node20` and `node.exe`. */
export function isNodeExecutable(path: string): boolean {
  return /^(?:node|nodejs)[\d.]*(?:\.exe)?$/i.test(path.split(/[\\/]/).at(-1) ?? '');
}

const OPTIONS_WITH_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
]);

const OPTIONS_WITH_CODE = new Set(['-e', '--eval', '-p', '--print', '-pe']);

/**
 * @param commandLine arguments, the executable first
 * @returns the script among them; `-e` for code given on the command line; undefined for a bare `node`
 */
export function scriptOf(commandLine: readonly string[]): string | undefined {
  for (let index = 1; index < commandLine.length; index += 1) {
    const argument = commandLine[index] ?? '';
    if (OPTIONS_WITH_CODE.has(argument)) return '-e';
    if (OPTIONS_WITH_VALUE.has(argument)) index += 1;
    else if (!argument.startsWith('-')) return argument;
  }
  return undefined;
}
