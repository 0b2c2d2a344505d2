/** The last words of a child process. */
import type { ChildProcess } from 'node:child_process';

/** Enough for a compiler's complaints or a stack; what came before is cut off. */
const MAX_CHARACTERS = 8_000;

/**
 * Reads all that the process prints, which it must be started with pipes for: unread, a full pipe would stop it.
 * @returns gives the end of it, so far
 */
export function collectOutputTail(child: ChildProcess): () => string {
  let text = '';
  const collect = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-MAX_CHARACTERS);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return () => text;
}
