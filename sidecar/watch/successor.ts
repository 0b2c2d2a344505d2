/** Tells which process is the same app, started again: same script, same working directory, started later. */
import { realpath } from 'node:fs/promises';
import { isClusterWorker, isCopy } from '../targets/environment';
import { type NodeProcess, scriptOf } from '../targets/processTable';

/** Start times are rounded down to a second, and the news that a process has ended may come late. */
const START_ACCURACY_MS = 2_000;

/** A watched process, as it will be recognised when it is started again. */
export interface Predecessor {
  readonly process: NodeProcess;
  /** Real paths: as started, and as it calls itself, which differ when it has changed its working directory. */
  readonly scripts: ReadonlySet<string>;
  readonly workingDirectories: ReadonlySet<string>;
  readonly isClusterWorker: boolean;
}

/**
 * @param process as the process table shows it while it runs
 * @param identity what it says of itself
 */
export async function predecessor(
  process: NodeProcess,
  identity: { script: string; workingDirectory: string },
): Promise<Predecessor> {
  return {
    process,
    scripts: await realPaths([process.scriptPath, identity.script]),
    workingDirectories: await realPaths([process.workingDirectory, identity.workingDirectory]),
    isClusterWorker: await isClusterWorker(process.pid),
  };
}

/** @returns time before which no successor has started, in milliseconds since 1970 */
export function earliestStart({ process }: Predecessor, endedAtMs: number): number {
  return Math.max(endedAtMs - START_ACCURACY_MS, (process.startedAtMs ?? 0) + 1);
}

/**
 * @param before the process that has ended
 * @param earliestStartMs see earliestStart: what started before has run beside it and is another one
 * @param processes Node.js processes that run now
 * @returns the newest process that is the same app; undefined when there is none
 */
export async function newestSuccessor(
  before: Predecessor,
  earliestStartMs: number,
  processes: readonly NodeProcess[],
): Promise<NodeProcess | undefined> {
  const newestFirst = processes
    .filter(({ pid, startedAtMs }) => pid !== before.process.pid && (startedAtMs ?? 0) >= earliestStartMs)
    .sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0) || b.pid - a.pid);
  for (const process of newestFirst) if (await isSameApp(before, process)) return process;
  return undefined;
}

async function isSameApp(before: Predecessor, process: NodeProcess): Promise<boolean> {
  const { pid, scriptPath, workingDirectory, commandLine } = process;
  if (workingDirectory === undefined || isWatchMode(commandLine)) return false;
  if (!before.workingDirectories.has(await realPath(workingDirectory))) return false;
  const isSameScript =
    scriptPath === undefined
      ? // Code on the command line, or a title of the app's own over it.
        commandLine.join('\0') === before.process.commandLine.join('\0')
      : before.scripts.has(await realPath(scriptPath));
  return isSameScript && (await isClusterWorker(pid)) === before.isClusterWorker && !(await isCopy(pid));
}

/** `node --watch app.js` only starts `node app.js`, which serves the requests. */
function isWatchMode(commandLine: readonly string[]): boolean {
  const script = commandLine.indexOf(scriptOf(commandLine) ?? '');
  const options = commandLine.slice(1, script < 0 ? undefined : script);
  return options.some(option => /^--watch(?:-path(?:=.*)?)?$/.test(option));
}

async function realPaths(paths: readonly (string | undefined)[]): Promise<Set<string>> {
  return new Set(await Promise.all(paths.filter(path => path !== undefined).map(realPath)));
}

/** A path of another mount namespace, or of a file that is being replaced, is taken as it is. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
