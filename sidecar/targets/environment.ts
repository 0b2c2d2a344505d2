/** What the environment of another process tells of it. All answers are false where the system does not show it. */
import { readFile } from 'node:fs/promises';

/** Set in every process of a copy, and in its keeper: an app may leave its scheduled work alone when it is there. */
export const COPY_MARK = 'INTROSPECTOR_REPLAY';

/** Workers of node:cluster run the same script in the same folder as their primary. */
export function isClusterWorker(pid: number): Promise<boolean> {
  return hasVariable(pid, 'NODE_UNIQUE_ID');
}

/** A copy of an app, made for a replay, runs the same script in the same folder as the app. */
export function isCopy(pid: number): Promise<boolean> {
  return hasVariable(pid, COPY_MARK);
}

async function hasVariable(pid: number, name: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').some(variable => variable.startsWith(`${name}=`));
}
