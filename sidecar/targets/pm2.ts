/** The app behind a process of pm2, which runs apps by a script of its own and hides it behind a title. */
import { readFile } from 'node:fs/promises';

/** An environment variable of its own in fork mode; inside the JSON of `pm2_env` in cluster mode. */
const EXEC_PATH = /(?:^|\0)pm_exec_path=(?<fork>[^\0]+)|"pm_exec_path":"(?<cluster>[^"\0]+)"/;

/**
 * @param pid process on Linux
 * @param title what stands in the place of its command line
 * @returns absolute path of the app's script; undefined when pm2 has not started it
 */
export async function pm2Script(pid: number, title: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const { fork, cluster } = EXEC_PATH.exec(environment)?.groups ?? {};
  const path = fork ?? cluster;
  // Programs that the app starts inherit the variable, but not the title, which is cut off where it found no room.
  return path !== undefined && title.startsWith('node /') && `node ${path}`.startsWith(title) ? path : undefined;
}
