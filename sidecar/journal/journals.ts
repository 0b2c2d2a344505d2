/** Writes a journal for every target, from what everybody else hears of it, too. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notice, SlowRequest, Target } from '../protocol/values';
import { type KeptFile, outlived } from '../retention';
import { isAlive } from '../targets/aliveness';
import type { FactHub, Tick } from '../watch/facts';
import { JournalFile, type JournalListener } from './journalFile';
import { journalName, writerOf } from './journalFolder';
import { JOURNAL_VERSION, type JournalLine } from './journalLines';

/** Requests in flight that stay the same are written this often. */
const SAME_TICK_MS = 1_000;

/** Two weeks are as long as most people look back; the rest keeps a disk and a list from filling up. */
const RETENTION = { files: 200, ageMs: 14 * 86_400_000, bytes: 500 * 1024 * 1024 };

export interface StoredJournal extends KeptFile {
  file: string;
  isLive: boolean;
}

interface OpenJournal {
  file: JournalFile;
  /** What was last written about each slow request that runs. */
  known: Map<string, string>;
  tick: string;
  tickAtMs: number;
}

export class Journals {
  private readonly open = new Map<string, OpenJournal>();
  private readonly closing = new Set<Promise<void>>();
  private readonly stops: (() => void)[];

  constructor(
    private readonly folder: string,
    private readonly facts: FactHub,
  ) {
    this.stops = [
      facts.listen('targetChanged', ({ target }) => this.onTarget(target)),
      facts.listen('slowRequest', request => this.onSlowRequest(request)),
      facts.listen('tick', tick => this.onTick(tick)),
    ];
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    for (const { file } of this.open.values()) this.closing.add(file.close());
    await Promise.all(this.closing);
  }

  private onTarget(target: Target): void {
    if (target.state.state !== 'gone' && target.state.state !== 'awaitingRestart') {
      if (!this.open.has(target.id)) this.start(target);
      return;
    }
    const journal = this.open.get(target.id);
    if (journal === undefined) return;
    const { message, report } = target.state;
    journal.file.append({ kind: 'end', atMs: Date.now(), message, ...(report === undefined ? {} : { report }) });
    this.open.delete(target.id);
    const closed = journal.file.close().then(() => void this.closing.delete(closed));
    this.closing.add(closed);
  }

  private start(target: Target): void {
    const atMs = Date.now();
    const file = new JournalFile(join(this.folder, journalName(target, atMs, process.pid)), this.listener());
    this.open.set(target.id, { file, known: new Map(), tick: '', tickAtMs: 0 });
    file.append({ kind: 'head', atMs, version: JOURNAL_VERSION, sidecarPid: process.pid, target });
    void deleteExpired(this.folder, atMs);
  }

  private onSlowRequest(request: SlowRequest): void {
    const journal = this.open.get(request.targetId);
    if (journal === undefined) return;
    const atMs = Date.now();
    const news = newsOf(request);
    const isNews = journal.known.get(request.id) !== news;
    const line: JournalLine = isNews
      ? { kind: 'slow', atMs, request }
      : { kind: 'still', atMs, id: request.id, durationMs: request.durationMs };
    journal.file.append(line);
    if (request.state.state === 'running') journal.known.set(request.id, news);
    else journal.known.delete(request.id);
  }

  private onTick({ targetId, requestsInFlight, inFlight }: Tick): void {
    const journal = this.open.get(targetId);
    if (journal === undefined) return;
    const atMs = Date.now();
    const tick = `${requestsInFlight} ${inFlight.map(({ requestNumber }) => requestNumber).join()}`;
    const isSame = tick === journal.tick;
    if (isSame && (requestsInFlight === 0 || atMs - journal.tickAtMs < SAME_TICK_MS)) return;
    journal.tick = tick;
    journal.tickAtMs = atMs;
    journal.file.append({ kind: 'tick', atMs, requestsInFlight, inFlight });
  }

  private listener(): JournalListener {
    const tell = (severity: Notice['severity'], message: string) =>
      this.facts.emit('notice', { severity, source: 'journal', message });
    return {
      onFailed: ({ message }) =>
        tell(
          'warning',
          `The journal cannot be written: ${message}. Watching goes on; make room or give it another folder.`,
        ),
      onRecovered: lines =>
        tell(
          'info',
          lines === 0
            ? 'The journal is written again; nothing was lost.'
            : `The journal is written again; ${lines} lines were lost.`,
        ),
      onFull: () => tell('info', 'The journal is full: from now on only news of slow requests is written.'),
    };
  }
}

/** All of a slow request that makes it worth another whole line; its times alone do not. */
function newsOf({ state, level, cause, groupId, frames, wait, looks, notes }: SlowRequest): string {
  const places = frames.map(({ file, line, column }) => `${file}:${line}:${column}`);
  return [state.state, level, cause, groupId, ...places, wait?.label, looks.length, ...notes].join('\n');
}

/** A journal that cannot be deleted is another user's, or gone already. */
async function deleteExpired(folder: string, nowMs: number): Promise<void> {
  const journals = await storedJournals(folder);
  for (const { file } of outlived(journals, nowMs, RETENTION)) await rm(file, { force: true }).catch(() => {});
}

/** @returns all journals of a folder; none when it cannot be read */
export async function storedJournals(folder: string): Promise<StoredJournal[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async name => {
      const writerPid = writerOf(name);
      if (writerPid === undefined) return [];
      const file = join(folder, name);
      const stats = await stat(file).catch(() => undefined);
      if (stats === undefined) return [];
      return [{ file, bytes: stats.size, modifiedAtMs: stats.mtimeMs, isLive: isAlive(writerPid) }];
    }),
  );
  return found.flat();
}
