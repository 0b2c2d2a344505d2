/** The journals of before, as they can be read. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { errors } from '../protocol/errors';
import type { Result } from '../protocol/messages';
import type { JournalInfo, SlowRequest, Target } from '../protocol/values';
import { writerOf } from './journalFolder';
import { type JournalHead, parseLine } from './journalLines';
import { storedJournals } from './journals';

const MAX_LISTED = 100;
/** A head names one target. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Of one journal, the newest; more are not read by anybody. */
const MAX_REQUESTS = 2_000;
const MAX_REMEMBERED = 5;

type Journal = Result<'readJournal'>;

export class History {
  private readonly opened = new Map<string, Journal>();

  /** @param folder undefined when no journals are kept */
  constructor(private readonly folder: string | undefined) {}

  /** Newest first; files that are no journals are left out. */
  async list(): Promise<JournalInfo[]> {
    if (this.folder === undefined) return [];
    const stored = (await storedJournals(this.folder))
      .sort((a, b) => b.modifiedAtMs - a.modifiedAtMs)
      .slice(0, MAX_LISTED);
    const infos = await Promise.all(
      stored.map(async ({ modifiedAtMs, ...journal }) => {
        const head = await headOf(journal.file).catch(() => undefined);
        if (head === undefined) return [];
        const { name, pid, hostname, workingDirectory } = head.target;
        const target = { name, pid, hostname, workingDirectory };
        return [{ ...journal, target, startedAtMs: head.atMs, lastAtMs: modifiedAtMs }];
      }),
    );
    return infos.flat();
  }

  /**
   * @param file as `list` names it
   * @throws IntrospectorError `noSuchJournal`
   */
  async read(file: string): Promise<Journal> {
    // It comes over the wire: nothing but a journal of ours is opened.
    const isOurs = this.folder !== undefined && dirname(resolve(file)) === resolve(this.folder);
    if (!isOurs || writerOf(file) === undefined) throw errors.noSuchJournal(file);
    const journal = await readJournal(file).catch(() => undefined);
    if (journal === undefined) throw errors.noSuchJournal(file);
    this.opened.delete(file);
    this.opened.set(file, journal);
    const [oldest] = this.opened.keys();
    if (this.opened.size > MAX_REMEMBERED && oldest !== undefined) this.opened.delete(oldest);
    return journal;
  }

  /** @returns a slow request out of a journal that was read; undefined when it is none of those */
  slowRequest(id: string): { slowRequest: SlowRequest; target: Target } | undefined {
    for (const { slowRequests, target } of this.opened.values()) {
      const slowRequest = slowRequests.find(request => request.id === id);
      if (slowRequest) return { slowRequest, target };
    }
    return undefined;
  }
}

async function headOf(file: string): Promise<JournalHead | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEAD_BYTES), 0, MAX_HEAD_BYTES, 0);
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
    const head = parseLine(line);
    return head?.kind === 'head' ? head : undefined;
  } finally {
    await handle.close();
  }
}

/** @returns undefined when it has no head */
async function readJournal(file: string): Promise<Journal | undefined> {
  let target: Target | undefined;
  let end: { message: string; report?: string | undefined } | undefined;
  let unreadable = 0;
  let lost = 0;
  const requests = new Map<string, SlowRequest>();
  for await (const text of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const line = parseLine(text);
    if (line === undefined) unreadable += 1;
    else if (line.kind === 'head') target ??= line.target;
    else if (line.kind === 'slow') keep(requests, line.request);
    else if (line.kind === 'still') goOn(requests, line.id, line.durationMs);
    else if (line.kind === 'lost') lost += line.lines;
    else if (line.kind === 'end') end = line;
  }
  if (target === undefined) return undefined;
  const message = end?.message ?? 'The journal stops here: Introspector itself was ended, or still writes it.';
  const prefix = `${basename(file)}#`;
  return {
    target: { ...target, id: prefix, state: gone(message, end?.report) },
    slowRequests: [...requests.values()].map(request => asHistory(request, prefix, message)),
    problems: problemsOf(unreadable, lost),
  };
}

function keep(requests: Map<string, SlowRequest>, request: SlowRequest): void {
  requests.delete(request.id);
  requests.set(request.id, request);
  const [oldest] = requests.keys();
  if (requests.size > MAX_REQUESTS && oldest !== undefined) requests.delete(oldest);
}

function goOn(requests: Map<string, SlowRequest>, id: string, durationMs: number): void {
  const request = requests.get(id);
  if (request) requests.set(id, { ...request, durationMs });
}

function gone(message: string, report: string | undefined): Target['state'] {
  return { state: 'gone', reason: 'exited', message, ...(report === undefined ? {} : { report }) };
}

/** Ids of their own, so that they cannot be taken for those of a target that is watched now. */
function asHistory(request: SlowRequest, prefix: string, message: string): SlowRequest {
  const state = request.state.state === 'running' ? ({ state: 'unknown', message } as const) : request.state;
  return { ...request, id: `${prefix}${request.id}`, targetId: prefix, state };
}

function problemsOf(unreadable: number, lost: number): string[] {
  const lines = (count: number) => (count === 1 ? '1 line' : `${count} lines`);
  return [
    ...(unreadable > 0
      ? [`${lines(unreadable)} could not be read and ${unreadable === 1 ? 'was' : 'were'} left out.`]
      : []),
    ...(lost > 0 ? [`${lines(lost)} found no room on the disk.`] : []),
  ];
}
