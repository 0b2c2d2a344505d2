/** What the demo writes: its own words at the margin, the words of others behind a bar. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One of the steps, or what came of it. */
export function say(sentence = ''): void {
  console.log(sentence);
}

/** A request or an answer. */
export function sayTraffic(line: string): void {
  console.log(`   ${line}`);
}

/**
 * Shows what another process writes, line by line, while it writes.
 * @param onLine sees each line too
 */
export function echo(who: string, output: Readable | null, onLine: (line: string) => void = () => {}): void {
  if (output === null) return;
  createInterface({ input: output }).on('line', line => {
    console.log(`${who.padEnd(5)} │ ${line}`.trimEnd());
    onLine(line);
  });
}
