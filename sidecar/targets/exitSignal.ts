/** Which signal ended a process that is not our child. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** `exit_code` is the 52nd field of the line; the first two stand before the closing bracket. See proc_pid_stat(5). */
const EXIT_CODE_FIELD = 52 - 3;
const SIGNAL_BITS = 0x7f;

/**
 * Linux tells it from the moment a process ends until its parent has asked: mostly long enough for who asks at once.
 *
 * @returns `SIGKILL` and the like; undefined when no signal ended it, or when that cannot be seen any more
 */
export function exitSignalOf(pid: number): NodeJS.Signals | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const number = Number(fields[EXIT_CODE_FIELD]) & SIGNAL_BITS;
    const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
    return names.find(([, each]) => each === number)?.[0];
  } catch {
    return undefined;
  }
}
