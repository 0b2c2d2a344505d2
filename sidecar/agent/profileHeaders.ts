/** Tells the client of a profiled request which profile it is and, as far as its head goes, where the time went. */
import type { ServerResponse } from 'node:http';

const PROFILE_HEADER = 'x-introspect-profile';
const TIMING_HEADER = 'server-timing';

export interface TimingsMs {
  computingMs: number;
  waitingMs: number;
  heldUpMs: number;
}

/**
 * Adds headers when the head of the answer is written, and not before: the app does not meet them.
 *
 * @param timings called then
 * @returns how to take it back; what was sent stays sent
 */
export function announceProfile(response: ServerResponse, id: string, timings: () => TimingsMs): () => void {
  const hadOwn = Object.hasOwn(response, 'writeHead');
  const original = response.writeHead;
  function writeHead(this: ServerResponse, ...args: unknown[]): ServerResponse {
    try {
      undo();
      if (!this.headersSent) addHeaders(this, args, id, timings());
    } catch {
      // The app must not notice.
    }
    return (original as (...args: unknown[]) => ServerResponse).apply(this, args);
  }
  response.writeHead = writeHead as ServerResponse['writeHead'];
  return undo;

  function undo(): void {
    if (response.writeHead !== writeHead) return;
    if (hadOwn) response.writeHead = original;
    else Reflect.deleteProperty(response, 'writeHead');
  }
}

/** A list given to `writeHead` gets them at its end: together with headers set before, old versions of Node.js drop doubles of it. */
function addHeaders(response: ServerResponse, args: unknown[], id: string, timings: TimingsMs): void {
  const given = args.at(-1);
  const added = [[PROFILE_HEADER, id]];
  if (!namesTimings(given)) added.push([TIMING_HEADER, withOwn(response, timingsText(timings))]);
  if (Array.isArray(given)) args[args.length - 1] = [...given, ...(Array.isArray(given[0]) ? added : added.flat())];
  else for (const [name = '', value = ''] of added) response.setHeader(name, value);
}

/** https://www.w3.org/TR/server-timing/ */
function timingsText({ computingMs, waitingMs, heldUpMs }: TimingsMs): string {
  const entry = (name: string, description: string, durationMs: number) =>
    `${name};desc="${description}";dur=${durationMs.toFixed(1)}`;
  return [
    entry('computing', 'Computing', computingMs),
    entry('waiting', 'Waiting', waitingMs),
    entry('held-up', 'Held up by other work', heldUpMs),
  ].join(', ');
}

/** The app's own entries stay. */
function withOwn(response: ServerResponse, ours: string): string {
  const own = response.getHeader(TIMING_HEADER);
  return own === undefined ? ours : [own, ours].flat().join(', ');
}

/** Headers given to `writeHead` replace those set before: the app's own word counts. */
function namesTimings(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const names = Array.isArray(given) ? given.flat() : Object.keys(given);
  return names.some(name => typeof name === 'string' && name.toLowerCase() === TIMING_HEADER);
}
