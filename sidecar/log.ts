/** The sidecar's log: level, tag and sentence, one line each, to stderr, since stdout is data. */

export interface Log {
  info(sentence: string): void;
  warn(sentence: string): void;
  /** The same log under a tag of its own. */
  tagged(tag: string): Log;
}

/** @param write gets whole lines without their line break */
export function createLog(write: (line: string) => void, tag = 'sidecar'): Log {
  const line = (level: string) => (sentence: string) => write(`${level} [${tag}] ${sentence.replaceAll('\n', '\n  ')}`);
  return { info: line('info'), warn: line('warn'), tagged: inner => createLog(write, inner) };
}
