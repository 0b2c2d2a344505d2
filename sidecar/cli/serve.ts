/** `introspector serve`: the sidecar of an editor. Prints one line of JSON when it is ready. */
import { once } from 'node:events';
import { defaultJournalFolder } from '../journal/journalFolder';
import { createLog } from '../log';
import { defaultProfileFolder } from '../profiles/profileFolder';
import { startServer } from '../server/server';
import { Sidecar } from '../sidecar';

/**
 * Runs until standard input ends, which it does when the editor goes away, however it goes.
 *
 * @param version of this program
 * @returns exit code
 */
export async function serve(version: string): Promise<number> {
  const log = createLog(line => void process.stderr.write(`${line}\n`));
  const journalFolder = defaultJournalFolder();
  const profileFolder = defaultProfileFolder(journalFolder);
  const sidecar = new Sidecar(log, [process.pid, process.ppid], { journalFolder, profileFolder });
  const server = await startServer(sidecar, version, log.tagged('server'));
  process.stdout.write(`${JSON.stringify({ port: server.port, token: server.token })}\n`);
  process.stdin.resume();
  await Promise.race([once(process.stdin, 'close'), once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  process.stdin.destroy();
  await sidecar.close();
  await server.close();
  return 0;
}
