/** Which of the files that Introspector keeps have had their time. */

export interface RetentionLimits {
  files: number;
  ageMs: number;
  bytes: number;
}

export interface KeptFile {
  /** Last written, in milliseconds since 1970. */
  modifiedAtMs: number;
  bytes: number;
  /** Somebody writes it now, so it stays. */
  isLive?: boolean;
}

/**
 * @param nowMs milliseconds since 1970
 * @returns the files that are older than the limit, and the oldest of those that are too many or too much together
 */
export function outlived<F extends KeptFile>(files: readonly F[], nowMs: number, limits: RetentionLimits): F[] {
  const newestFirst = [...files].sort((a, b) => b.modifiedAtMs - a.modifiedAtMs);
  let bytes = 0;
  return newestFirst.filter((file, index) => {
    bytes += file.bytes;
    const isTooMuch = index >= limits.files || nowMs - file.modifiedAtMs > limits.ageMs || bytes > limits.bytes;
    return isTooMuch && file.isLive !== true;
  });
}
