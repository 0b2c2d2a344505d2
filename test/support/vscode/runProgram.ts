/** Runs a program to its end and demands that it succeeds. */
import { startChild } from './childProcess';
import { withDeadline } from './deadline';
import { collectOutputTail } from './outputTail';

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
}

/** @throws Error with the end of the program's output, when it fails or takes longer than `timeoutMs` */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  const { timeoutMs, ...spawnOptions } = options;
  const child = startChild(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
  const outputTail = collectOutputTail(child.process);
  const title = [command, ...args].join(' ');
  try {
    const end = await withDeadline(child.ended, timeoutMs, title);
    if (end.exitCode !== 0) throw new Error(end.description);
  } catch (error) {
    throw new Error(`${title}: ${error instanceof Error ? error.message : error}\n${outputTail()}`, { cause: error });
  } finally {
    await child.stop();
  }
}
