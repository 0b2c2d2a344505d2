/** A child process together with everything it starts: it ends with this process at the latest. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { withDeadline } from './deadline';
import { onProcessEnd } from './processEnd';

/** VS Code's server takes about 0.1 s to end; after this time it is ended the hard way. */
const STOP_TIMEOUT_MS = 3_000;

interface ChildEnd {
  /** `null` when it was ended by a signal or did not start. */
  exitCode: number | null;
  /** Such as "exit code 1". */
  description: string;
}

export interface OwnedChild {
  readonly process: ChildProcess;
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** Ends it and its descendants, unless they left its process group. */
  stop(): Promise<void>;
}

/** Starts a program. Options are those of `spawn`; it becomes the leader of a process group of its own. */
export function startChild(
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'detached'>,
): OwnedChild {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  const forget = onProcessEnd(() => signalGroup(child, 'SIGKILL'));
  const ended = new Promise<ChildEnd>(resolve => {
    child.once('exit', (exitCode, signal) =>
      resolve({ exitCode, description: signal === null ? `exit code ${exitCode}` : `signal ${signal}` }),
    );
    child.once('error', error => resolve({ exitCode: null, description: error.message }));
  });
  return {
    process: child,
    ended,
    stop: async () => {
      signalGroup(child, 'SIGTERM');
      await withDeadline(ended, STOP_TIMEOUT_MS, command).catch(() => {
        // It did not listen. What follows needs no consent.
      });
      signalGroup(child, 'SIGKILL');
      await withDeadline(ended, STOP_TIMEOUT_MS, `The end of ${command}`);
      forget();
    },
  };
}

/** Also reaches what the child has started, even when the child itself is gone already. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: nobody is left in the group, which is what we want. macOS says EPERM for a group of zombies.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
