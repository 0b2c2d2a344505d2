/** How a target ended, as far as the operating system lets anybody else know. */
import type { Target, TargetState } from '../protocol/values';
import { hasEnded } from '../targets/aliveness';
import { exitSignalOf } from '../targets/exitSignal';

/** The socket closes a moment before the process is gone; on a busy machine that is a long one. */
const GONE_WITHIN_MS = 3_000;

export interface Ending {
  /** Its number on this machine; undefined when it may run on another one. */
  localPid: number | undefined;
  /** We let go of it. */
  isDetaching: boolean;
  /**
   * Node.js tells its inspector clients before it exits, also by `process.exit` and by an error that nobody caught. It
   * does not when a signal ends it (tried on Node 18 to 26).
   */
  saidGoodbye: boolean;
  /** Of `process.exit` or of an error that nobody caught; undefined when it ended for want of anything to do. */
  exitCode: number | undefined;
}

/** To be called as soon as the connection has closed: what a signal was is known for a moment only. */
export async function endingOf({ name, pid }: Target, ending: Ending): Promise<TargetState & { state: 'gone' }> {
  const { localPid, isDetaching, saidGoodbye, exitCode } = ending;
  const who = `${name} [${pid}]`;
  if (isDetaching) return { state: 'gone', reason: 'detached', message: `Detached from ${who}.` };
  const code = exitCode === undefined ? '' : ` with code ${exitCode}`;
  if (saidGoodbye) return { state: 'gone', reason: 'exited', message: `${who} has exited${code}.` };
  const signal = localPid === undefined ? undefined : exitSignalOf(localPid);
  if (signal !== undefined) return { state: 'gone', reason: 'killed', message: `${who} was ended by ${signal}.` };
  if (localPid !== undefined && (await hasEnded(localPid, GONE_WITHIN_MS))) {
    const message = `${who} was killed or has crashed: it ended without a word.`;
    return { state: 'gone', reason: 'killed', message };
  }
  const cause = localPid === undefined ? 'was closed, or the process was killed' : 'was closed';
  const message = `The inspector of ${who} ${cause}. Attach again to watch on.`;
  return { state: 'gone', reason: 'inspectorClosed', message };
}
