/** The headers of a request as they came over the network, read without running any code of the app. */
import type * as Util from 'node:util';
import type { NamedValue } from './reports';
import { ownValue } from './runtime';

/**
 * @param request an IncomingMessage, whatever the app has made of it
 * @param limit headers to read at the most
 * @returns names and values, which stand in turns in what Node.js calls the raw headers
 */
export function rawHeadersOf(util: typeof Util, request: unknown, limit: number): NamedValue[] {
  const raw = ownValue(util, request, 'rawHeaders');
  const headers: NamedValue[] = [];
  if (util.types.isProxy(raw) || !Array.isArray(raw)) return headers;
  for (let index = 0; index + 1 < raw.length && headers.length < limit; index += 2) {
    const name = ownValue(util, raw, String(index));
    const value = ownValue(util, raw, String(index + 1));
    if (typeof name === 'string' && typeof value === 'string') headers.push({ name, value });
  }
  return headers;
}
