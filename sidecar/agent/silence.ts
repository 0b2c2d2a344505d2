/** Makes an answer that was given in place of the app harmless for it. */
import type { ServerResponse } from 'node:http';

/** What the app may still call on its answer. */
const WRITING = [
  'addTrailers',
  'appendHeader',
  'cork',
  'end',
  'flushHeaders',
  'removeHeader',
  'setHeader',
  'setHeaders',
  'uncork',
  'write',
  'writeContinue',
  'writeEarlyHints',
  'writeHead',
  'writeProcessing',
] as const;

/** The app may go on with its request, and would meet errors of writing after the end, which nobody may handle. */
export function silence(response: ServerResponse): void {
  // `response.end(await result)` has got hold of the method before: what it then writes after the end is an error event.
  response.on('error', () => {});
  // The same of `setHeader` and `writeHead`, which throw when Node.js holds a head that was sent.
  Object.defineProperty(response, 'headersSent', { value: true, configurable: true });
  (response as { _header?: unknown })._header = null;
  for (const name of WRITING) {
    if (typeof response[name] !== 'function') continue;
    Object.defineProperty(response, name, { value: swallow(name), configurable: true, writable: true });
  }

  function swallow(name: string): (...args: unknown[]) => unknown {
    return (...args) => {
      const callback = args.at(-1);
      if (typeof callback === 'function') process.nextTick(callback);
      return name === 'write' ? true : response;
    };
  }
}
