/** What a person types to name a target, in a terminal or in an editor. */
import type { TargetAddress } from './values';

/**
 * @param text `4711`, `localhost:9229`, `[::1]:9229` or the `ws://…` address that Node prints
 * @returns undefined when it is none of these
 */
export function parseTargetAddress(text: string): TargetAddress | undefined {
  if (/^\d{1,10}$/.test(text) && Number(text) > 0) return { pid: Number(text) };
  const match = /^(?:ws:\/\/)?(?<host>\[[0-9a-f:.]+\]|[^\s:/[\]]+):(?<port>\d{1,5})(?:\/\S*)?$/i.exec(text);
  const port = Number(match?.groups?.port);
  const host = match?.groups?.host?.replace(/^\[|\]$/g, '');
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port };
}
