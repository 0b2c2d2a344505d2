/** Tells the workers of node:cluster from their primary: they run the same script in the same folder. */
import { readFile } from 'node:fs/promises';

/** @returns false, too, where the system does not show the environment of another process */
export async function isClusterWorker(pid: number): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').some(variable => variable.startsWith('NODE_UNIQUE_ID='));
}
