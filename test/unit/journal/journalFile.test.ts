import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { History } from '../../../sidecar/journal/history';
import { JournalFile } from '../../../sidecar/journal/journalFile';
import { journalName, writerOf } from '../../../sidecar/journal/journalFolder';
import type { JournalLine } from '../../../sidecar/journal/journalLines';
import { eventually } from '../../support/eventually';
import { slowRequest, target } from '../samples';

const HEAD: JournalLine = { kind: 'head', atMs: 1, version: 1, sidecarPid: 1, target: target() };
const LIMITS = { maxWaitingBytes: 10_000, fullBytes: 1_000_000, retryMs: 20 };
const tick = (requestsInFlight: number): JournalLine => ({ kind: 'tick', atMs: 1, requestsInFlight, inFlight: [] });
const tickBytes = Buffer.byteLength(`${JSON.stringify(tick(1))}\n`);

let folder: string;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'introspector-journal-'));
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const listener = {
  onFailed: ({ code }: NodeJS.ErrnoException) => void told.push(`failed ${code}`),
  onRecovered: (lost: number) => void told.push(`recovered ${lost}`),
  onFull: () => void told.push('full'),
};

const journalFile = (limits = LIMITS, path = folder) =>
  new JournalFile(join(path, journalName(target(), 0, 99)), listener, limits);
const linesOf = async ({ file }: JournalFile) => (await readFile(file, 'utf8')).trimEnd().split('\n');

describe('a journal', () => {
  test('holds every line in its order, one a line, for its owner alone', async () => {
    const journal = journalFile({ ...LIMITS, maxWaitingBytes: 1_000_000 }, join(folder, 'new'));
    for (let count = 0; count < 200; count += 1) journal.append(tick(count));
    await journal.close();
    expect((await linesOf(journal)).map(line => JSON.parse(line).requestsInFlight)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    expect((await stat(journal.file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
  });

  test('is never written into a file that is there', async () => {
    const journal = journalFile();
    await writeFile(journal.file, 'somebody else’s\n');
    journal.append(HEAD);
    await eventually('the failure', () => told.includes('failed EEXIST'));
    await journal.close();
    expect(await readFile(journal.file, 'utf8')).toBe('somebody else’s\n');
  });

  test('waits for its folder to become one, and loses nothing that has room', async () => {
    await writeFile(join(folder, 'taken'), '');
    const journal = journalFile(LIMITS, join(folder, 'taken'));
    journal.append(HEAD);
    journal.append(tick(1));
    await eventually('the failure', () => told.length > 0);
    await rm(join(folder, 'taken'));
    await mkdir(join(folder, 'taken'));
    await eventually('the journal', () => told.length === 2);
    await journal.close();
    expect(told).toEqual([expect.stringMatching(/^failed E(NOTDIR|EXIST)$/), 'recovered 0']);
    expect(await linesOf(journal)).toHaveLength(2);
  });

  test('counts the lines that find no room while it cannot be written', async () => {
    await writeFile(join(folder, 'taken'), '');
    const journal = journalFile({ ...LIMITS, maxWaitingBytes: 3 * tickBytes }, join(folder, 'taken'));
    for (let count = 1; count <= 5; count += 1) journal.append(tick(count));
    await eventually('the failure', () => told.length > 0);
    await rm(join(folder, 'taken'));
    await eventually('the journal', () => told.includes('recovered 2'));
    await journal.close();
    const lines = (await linesOf(journal)).map(line => JSON.parse(line));
    expect(lines.slice(0, 3).map(({ requestsInFlight }) => requestsInFlight)).toEqual([1, 2, 3]);
    expect(lines[3]).toMatchObject({ kind: 'lost', lines: 2 });
  });

  test('that is full takes news of slow requests only, and at twice its size only its end', async () => {
    const slow: JournalLine = { kind: 'slow', atMs: 1, request: slowRequest() };
    const journal = journalFile({ ...LIMITS, fullBytes: tickBytes });
    for (const line of [tick(1), tick(2), slow, slow, { kind: 'end', atMs: 2, message: 'gone' } as const]) {
      journal.append(line);
    }
    await journal.close();
    expect((await linesOf(journal)).map(line => JSON.parse(line).kind)).toEqual(['tick', 'slow', 'end']);
    expect(told).toEqual(['full']);
  });

  test('on a full disk goes on where it stopped when there is room again', async ({ skip }) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'pipe' });
    } catch {
      skip('only root can mount a small disk');
    }
    try {
      await writeFile(join(disk, 'ballast'), Buffer.alloc(8 * 1024));
      const journal = journalFile({ ...LIMITS, maxWaitingBytes: 100_000 }, disk);
      for (let count = 0; count < 400; count += 1) journal.append(tick(count));
      await eventually('the full disk', () => told.includes('failed ENOSPC'));
      execFileSync('mount', ['-o', 'remount,size=1m', disk]);
      await eventually('the rest', () => told.includes('recovered 0'));
      await journal.close();
      expect((await linesOf(journal)).map(line => JSON.parse(line).requestsInFlight)).toEqual(
        Array.from({ length: 400 }, (_, index) => index),
      );
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });
});

describe('the history', () => {
  async function written(...lines: (JournalLine | string)[]): Promise<string> {
    const file = join(folder, journalName(target(), 0, 1_999_999_999));
    const text = lines.map(line => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join('');
    await writeFile(file, text);
    return file;
  }

  const running = slowRequest({ durationMs: 100 });

  test('tells how far a request was when the journal stopped', async () => {
    const still: JournalLine = { kind: 'still', atMs: 3, id: running.id, durationMs: 900 };
    const file = await written(HEAD, { kind: 'slow', atMs: 2, request: running }, still);
    const { slowRequests, target: read, problems } = await new History(folder).read(file);
    expect(slowRequests).toMatchObject([{ durationMs: 900, state: { state: 'unknown' } }]);
    expect(read).toMatchObject({ name: 'server.js', state: { state: 'gone' } });
    expect(problems).toEqual([]);
  });

  test('leaves out a torn line, and says so', async () => {
    const file = await written(HEAD, { kind: 'slow', atMs: 2, request: running }, '{"kind":"slow","at');
    const { slowRequests, problems } = await new History(folder).read(file);
    expect(slowRequests).toHaveLength(1);
    expect(problems).toEqual(['1 line could not be read and was left out.']);
  });

  test('gives requests ids that no watched target has, and finds them again', async () => {
    const file = await written(HEAD, { kind: 'slow', atMs: 2, request: running });
    const history = new History(folder);
    const [request] = (await history.read(file)).slowRequests;
    expect(request?.id).not.toBe(running.id);
    expect(history.slowRequest(request?.id ?? '')?.slowRequest).toEqual(request);
    expect(history.slowRequest(running.id)).toBeUndefined();
  });

  test('lists journals, the newest first, and nothing else that lies there', async () => {
    const file = await written(HEAD);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeFile(join(folder, journalName(target({ name: 'a' }), 0, 1)), 'no head');
    const [info, ...more] = await new History(folder).list();
    expect(more).toEqual([]);
    expect(info).toMatchObject({ file, isLive: false, startedAtMs: 1, target: { name: 'server.js', pid: 4_711 } });
  });

  test.each(['/etc/passwd', 'FOLDER/../x-1-20261123T104107120Z-1.jsonl', 'FOLDER/notes.txt', 'FOLDER/missing'])(
    'does not open %s',
    async path => {
      await writeFile(join(folder, 'notes.txt'), JSON.stringify(HEAD));
      const read = new History(folder).read(path.replace('FOLDER', folder));
      await expect(read).rejects.toMatchObject({ code: 'noSuchJournal' });
    },
  );

  test('is empty where no journals are kept', async () => {
    expect(await new History(undefined).list()).toEqual([]);
    expect(await new History(join(folder, 'none')).list()).toEqual([]);
  });
});

test('the name of a journal is safe, and tells who writes it', () => {
  const name = journalName(target({ name: '../a b\n/c.js' }), Date.UTC(2026, 10, 23, 10, 41, 7, 120), 4_800);
  expect(name).toBe('.._a_b_c.js-4711-20261123T104107120Z-4800.jsonl');
  expect(writerOf(`/srv/journals/${name}`)).toBe(4_800);
  expect(writerOf('notes-1.jsonl')).toBeUndefined();
});
