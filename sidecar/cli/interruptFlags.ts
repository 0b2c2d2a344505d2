/** What `introspector interrupt` may be told. */
import { parseRoute } from './recordFlags';

export const INTERRUPT_HELP = `
Its code is cut off where it stands: catch and finally around it do not run. Nothing is done while a native
call, Node.js's own code or that of a package is at work, nor to a request that only waits.`;

/**
 * @param text `GET /search`, `/search`, `GET /reports/*` or `any`
 * @returns the same, trimmed
 * @throws InvalidArgumentError unless it is one
 */
export function parseRunningRequest(text: string): string {
  return text.trim() === 'any' ? 'any' : parseRoute(text);
}

/** @returns whether a request of this method and route is one of those that are meant; `*` stands for any characters */
export function isMeant(wanted: string, method: string, route: string): boolean {
  if (wanted === 'any') return true;
  const { method: wantedMethod, pattern = '' } = /^(?:(?<method>[A-Z-]+) )?(?<pattern>.*)$/.exec(wanted)?.groups ?? {};
  if (wantedMethod !== undefined && wantedMethod !== method) return false;
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(route);
}
