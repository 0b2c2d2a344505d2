/**
 * One journal on disk, written by us alone. Lines are handed to the kernel as soon as they come, one write at a time, so
 * that they survive our own end at any moment; a line is never begun twice or left half-written in the middle.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalLine } from './journalLines';

/** What waits while the disk does not take it. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** Beyond this, only what is new about slow requests is written; beyond twice as much, only the end. */
const FULL_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 2_000;
const CLOSE_WITHIN_MS = 1_000;

export interface JournalLimits {
  maxWaitingBytes: number;
  fullBytes: number;
  retryMs: number;
}

/** How writing goes; each is told once until it changes. */
export interface JournalListener {
  onFailed(error: NodeJS.ErrnoException): void;
  onRecovered(lostLines: number): void;
  onFull(): void;
}

export class JournalFile {
  private handle: FileHandle | undefined;
  /** Not written yet; the first may be the rest of a line. */
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writtenBytes = 0;
  private lostLines = 0;
  private hasFailed = false;
  private isFull = false;
  private work: Promise<void> | undefined;
  private retryTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly file: string,
    private readonly listener: JournalListener,
    private readonly limits: JournalLimits = {
      maxWaitingBytes: MAX_WAITING_BYTES,
      fullBytes: FULL_BYTES,
      retryMs: RETRY_MS,
    },
  ) {}

  append(line: JournalLine): void {
    if (!this.hasRoomFor(line)) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    if (this.waitingBytes + bytes.length > this.limits.maxWaitingBytes && line.kind !== 'end') {
      this.lostLines += 1;
      return;
    }
    this.push(bytes);
    if (this.retryTimer === undefined) this.work ??= this.writeAll();
  }

  /** Resolves when all is on disk, or when it cannot be. */
  async close(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const late = new Promise(resolve => setTimeout(resolve, CLOSE_WITHIN_MS).unref());
    await Promise.race([this.work ?? this.writeAll(), late]);
    clearTimeout(this.retryTimer);
    await this.handle?.datasync().catch(() => {});
    await this.handle?.close().catch(() => {});
  }

  private push(bytes: Buffer): void {
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
  }

  private hasRoomFor({ kind }: JournalLine): boolean {
    const bytes = this.writtenBytes + this.waitingBytes;
    if (bytes < this.limits.fullBytes) return true;
    if (!this.isFull) this.listener.onFull();
    this.isFull = true;
    return kind === 'end' || (kind === 'slow' && bytes < 2 * this.limits.fullBytes);
  }

  private async writeAll(): Promise<void> {
    try {
      this.handle ??= await openNew(this.file);
      while (this.waiting.length > 0) await this.writeSome(this.handle);
      if (this.hasFailed) this.recovered();
    } catch (error) {
      this.failed(error as NodeJS.ErrnoException);
    } finally {
      this.work = undefined;
      if (this.waiting.length > 0 && this.retryTimer === undefined) this.work = this.writeAll();
    }
  }

  private async writeSome(handle: FileHandle): Promise<void> {
    const batch = Buffer.concat(this.waiting.splice(0));
    try {
      const { bytesWritten } = await handle.write(batch);
      this.written(batch, bytesWritten);
    } catch (error) {
      this.waiting.unshift(batch);
      throw error;
    }
  }

  private written(batch: Buffer, bytes: number): void {
    this.writtenBytes += bytes;
    this.waitingBytes -= bytes;
    if (bytes < batch.length) this.waiting.unshift(batch.subarray(bytes));
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (!this.hasFailed) this.listener.onFailed(error);
    this.hasFailed = true;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      this.work ??= this.writeAll();
    }, this.limits.retryMs).unref();
  }

  private recovered(): void {
    this.hasFailed = false;
    const lines = this.lostLines;
    this.lostLines = 0;
    if (lines > 0) this.push(Buffer.from(`${JSON.stringify({ kind: 'lost', atMs: Date.now(), lines })}\n`));
    this.listener.onRecovered(lines);
  }
}

/** Readable for its owner alone: what the app's clients asked is in it. Never a file that is there already. */
async function openNew(file: string): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return open(file, 'ax', 0o600);
}
