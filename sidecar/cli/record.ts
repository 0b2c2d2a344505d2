/** `introspector record`: profiles one request of a running app and writes its flame graph into a file. */
import { defaultJournalFolder } from '../journal/journalFolder';
import { createLog } from '../log';
import { defaultProfileFolder } from '../profiles/profileFolder';
import { DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import type { ProfileFormat, ProfileInfo } from '../protocol/profileValues';
import type { Target, TargetAddress } from '../protocol/values';
import { Sidecar } from '../sidecar';
import { writeProfile } from './writeProfile';

/** The target went away by itself, as `watch` tells its caller. */
const EXIT_TARGET_GONE = 2;
/** No request came in time, or the user gave up. */
const EXIT_NOTHING = 1;

export interface RecordFlags {
  /** Any route when absent. */
  route?: string;
  out?: string;
  format: ProfileFormat;
  timeout?: number;
}

type Outcome = ProfileInfo | 'gone' | 'interrupted' | 'late';

/**
 * @param flags as parsed
 * @returns exit code: 0 when a profile was written, 1 when no request came, 2 when the target ended first
 */
export async function record(address: TargetAddress, flags: RecordFlags): Promise<number> {
  const log = createLog(line => console.error(line));
  const sidecar = new Sidecar(log, [process.pid], { profileFolder: defaultProfileFolder(defaultJournalFolder()) });
  const outcome = outcomeOf(sidecar, flags);
  sidecar.facts.listen('notice', ({ message }) => console.error(message));
  try {
    const target = await sidecar.observer.attach({ address, settings: DEFAULT_WATCH_SETTINGS, reattach: false });
    await sidecar.observer.profileNext(target.id, [flags.route ?? '']);
    announce(target, flags.route, sidecar.observer.profileToken);
    return await report(await outcome, sidecar, target, flags);
  } finally {
    await sidecar.close();
  }
}

function outcomeOf({ facts }: Sidecar, { timeout }: RecordFlags): Promise<Outcome> {
  return new Promise(done => {
    facts.listen('profileTaken', done);
    facts.listen('targetChanged', ({ target }) => target.state.state === 'gone' && done('gone'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done('interrupted'));
    if (timeout !== undefined) setTimeout(() => done('late'), timeout * 1000).unref();
  });
}

function announce({ name, pid, nodeVersion }: Target, route: string | undefined, token: string): void {
  const which = route === undefined ? 'the next request' : `the next request of ${route}`;
  console.error(`Attached to ${name} [${pid}], Node ${nodeVersion}. Waiting for ${which}; Ctrl-C gives up.`);
  console.error(`Any request with ?__introspect__=${token} or the header x-introspect: ${token} will do, too.`);
}

async function report(outcome: Outcome, sidecar: Sidecar, target: Target, flags: RecordFlags): Promise<number> {
  if (outcome === 'gone') {
    console.error(`${target.name} ended before a request was profiled.`);
    return EXIT_TARGET_GONE;
  }
  if (typeof outcome === 'string') {
    const why = outcome === 'late' ? `No request came within ${flags.timeout} s.` : 'Given up.';
    console.error(`${why} Nothing was written.`);
    return EXIT_NOTHING;
  }
  await writeProfile(sidecar, outcome.id, flags);
  return 0;
}
