/** What the processes of a copy tell of themselves: lines of JSON in one file, so that nothing keeps a process alive. */
import { appendFileSync, readFileSync } from 'node:fs';

export type CopyFact =
  | { kind: 'inspector'; pid: number; url: string }
  /** `wanted` is what the app asked for: a port, or the path of a socket. */
  | { kind: 'listening'; pid: number; wanted: number | string; port: number; protocol: 'http' | 'https' | 'other' }
  | { kind: 'problem'; pid: number; message: string };

export class CopyFacts {
  constructor(private readonly file: string) {}

  tell(fact: CopyFact): void {
    try {
      // One write of less than a page is not mixed with those of other processes.
      appendFileSync(this.file, `${JSON.stringify(fact)}\n`);
    } catch {
      // The copy is being ended, and its folder with it.
    }
  }

  /** @returns where in this copy it is listened on what the app calls this port; undefined when nobody does */
  portInsteadOf(wanted: number): number | undefined {
    try {
      for (const line of readFileSync(this.file, 'utf8').split('\n')) {
        const fact: CopyFact | undefined = line === '' ? undefined : JSON.parse(line);
        if (fact?.kind === 'listening' && fact.wanted === wanted) return fact.port;
      }
    } catch {
      // As above.
    }
    return undefined;
  }
}
