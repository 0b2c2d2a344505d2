/** Which report files have had their time. */

export interface FolderLimits {
  files: number;
  ageMs: number;
  bytes: number;
}

const DAY_MS = 86_400_000;

/** More groups than a person goes through; a month, since some jobs run once in one; what nobody misses on a disk. */
export const FOLDER_LIMITS: FolderLimits = { files: 500, ageMs: 31 * DAY_MS, bytes: 50_000_000 };

export interface ReportFile {
  name: string;
  modifiedAtMs: number;
  bytes: number;
}

/** @returns the files that are older than the limit, and the oldest of those that are too many or too much together */
export function outlived(files: readonly ReportFile[], nowMs: number, limits: FolderLimits): ReportFile[] {
  const newestFirst = [...files].sort((a, b) => b.modifiedAtMs - a.modifiedAtMs);
  let bytes = 0;
  return newestFirst.filter((file, index) => {
    bytes += file.bytes;
    return index >= limits.files || nowMs - file.modifiedAtMs > limits.ageMs || bytes > limits.bytes;
  });
}
