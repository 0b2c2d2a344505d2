/** `introspector replay`: sends a request to a copy of a running app and writes its flame graph into a file. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { defaultJournalFolder } from '../journal/journalFolder';
import { createLog } from '../log';
import { defaultProfileFolder } from '../profiles/profileFolder';
import { DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import { errors } from '../protocol/errors';
import type { ProfileFormat } from '../protocol/profileValues';
import type { ReplayedRequest } from '../protocol/replayValues';
import type { NamedValue, TargetAddress } from '../protocol/values';
import { Sidecar } from '../sidecar';
import { writeProfile } from './writeProfile';

const EXIT_CANCELLED = 1;

export interface ReplayFlags {
  header: NamedValue[];
  body?: string;
  times: number;
  yes: boolean;
  out?: string;
  format: ProfileFormat;
}

/**
 * @param wish `GET /orders?page=2`, as parsed
 * @returns exit code: 0 when a profile was written, 1 when the replay was cancelled before there was one
 * @throws IntrospectorError that says what is in the way
 */
export async function replay(
  address: TargetAddress,
  wish: Pick<ReplayedRequest, 'method' | 'url'>,
  flags: ReplayFlags,
): Promise<number> {
  const request: ReplayedRequest = { ...wish, headers: flags.header };
  if (flags.body !== undefined) request.body = await bodyOf(flags.body);
  const log = createLog(line => console.error(line));
  const sidecar = new Sidecar(log, [process.pid], { profileFolder: defaultProfileFolder(defaultJournalFolder()) });
  const replayId = randomUUID();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => sidecar.replays.cancel(replayId));
  }
  sidecar.facts.listen('notice', ({ message }) => console.error(message));
  sidecar.facts.listen('replayProgress', ({ step, answered, times }) => {
    console.error(step === 'sending' ? `${WORDS.sending} (${answered + 1} of ${times})` : WORDS[step]);
  });
  try {
    const target = await sidecar.observer.attach({ address, settings: DEFAULT_WATCH_SETTINGS, reattach: false });
    console.error(`Attached to ${target.name} [${target.pid}], Node ${target.nodeVersion}. Ctrl-C cancels.`);
    const { times, yes } = flags;
    const order = { replayId, targetId: target.id, request, times, sideEffectsAccepted: yes };
    const { profile, notes, wasCancelled } = await sidecar.replays.run(order);
    for (const note of notes) console.error(note);
    if (profile === undefined) {
      console.error('Cancelled. Nothing was written, and nothing of the copy was left.');
      return EXIT_CANCELLED;
    }
    if (wasCancelled) console.error('Cancelled: this is the profile so far.');
    await writeProfile(sidecar, profile.id, flags);
    return 0;
  } finally {
    await sidecar.close();
  }
}

const WORDS = {
  starting: 'Starting a copy of the app.',
  sending: 'Sending the request',
  profiling: 'Sending the request, profiled.',
  ending: 'Ending the copy.',
} as const;

async function bodyOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(error => {
    const reason = error instanceof Error ? error.message : String(error);
    throw errors.cannotReplay(`its body cannot be read (${reason})`, 'Name a file that holds the body after --body.');
  });
}
