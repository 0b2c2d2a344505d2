/** Which journals have to go. */

export interface StoredJournal {
  file: string;
  bytes: number;
  /** Last written, in milliseconds since 1970. */
  lastAtMs: number;
  /** A sidecar writes it now. */
  isLive: boolean;
}

/** Two weeks are as long as most people look back; the rest keeps a disk and a list from filling up. */
const RETENTION = { maxCount: 200, maxAgeMs: 14 * 86_400_000, maxBytes: 500 * 1024 * 1024 };

/**
 * @param nowMs milliseconds since 1970
 * @returns files to delete, never one that is being written
 */
export function expired(journals: readonly StoredJournal[], nowMs: number, limits = RETENTION): string[] {
  let count = 0;
  let bytes = 0;
  const newestFirst = [...journals].sort((a, b) => b.lastAtMs - a.lastAtMs);
  return newestFirst
    .filter(journal => {
      count += 1;
      bytes += journal.bytes;
      const isTooMuch =
        count > limits.maxCount || bytes > limits.maxBytes || nowMs - journal.lastAtMs > limits.maxAgeMs;
      return isTooMuch && !journal.isLive;
    })
    .map(({ file }) => file);
}
