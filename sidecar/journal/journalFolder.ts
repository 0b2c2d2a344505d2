/** Where journals are, and how they are called. */
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Target } from '../protocol/values';

const EXTENSION = '.jsonl';
const MAX_NAME_LENGTH = 60;
const NAME = /^(?<name>.+)-(?<pid>\d+)-(?<stamp>\d{8}T\d{9}Z)-(?<sidecarPid>\d+)\.jsonl$/;

/** @returns what the environment says, else the folder for state that should survive restarts: https://specifications.freedesktop.org/basedir-spec */
export function defaultJournalFolder(): string {
  const { INTROSPECTOR_JOURNAL_FOLDER, XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (INTROSPECTOR_JOURNAL_FOLDER) return INTROSPECTOR_JOURNAL_FOLDER;
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'Introspector/journals');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Introspector/journals');
  return join(XDG_STATE_HOME || join(homedir(), '.local/state'), 'introspector/journals');
}

/** @returns `server.js-4711-20261123T104107120Z-4800.jsonl`: no two sidecars write the same file */
export function journalName({ name, pid }: Target, atMs: number, sidecarPid: number): string {
  const safe = name.replace(/[^\w.-]+/g, '_').slice(0, MAX_NAME_LENGTH);
  return `${safe}-${pid}-${new Date(atMs).toISOString().replace(/[-:.]/g, '')}-${sidecarPid}${EXTENSION}`;
}

/** @returns the process that writes a journal, or wrote it; undefined when the file is none */
export function writerOf(file: string): number | undefined {
  const match = NAME.exec(basename(file));
  return match ? Number(match.groups?.sidecarPid) : undefined;
}
