/** What a person types to name a target. */
import { InvalidArgumentError } from 'commander';
import type { TargetAddress } from '../protocol/values';

/**
 * @param text `4711`, `localhost:9229`, `[::1]:9229` or the `ws://…` address that Node prints
 * @throws InvalidArgumentError that says what is accepted
 */
export function parseAddress(text: string): TargetAddress {
  if (/^\d{1,10}$/.test(text) && Number(text) > 0) return { pid: Number(text) };
  const match = /^(?:wss?:\/\/)?(?<host>\[[0-9a-f:.]+\]|[^\s:/[\]]+):(?<port>\d{1,5})(?:\/\S*)?$/i.exec(text);
  const port = Number(match?.groups?.port);
  const host = match?.groups?.host?.replace(/^\[|\]$/g, '');
  if (host === undefined || port < 1 || port > 65_535) {
    throw new InvalidArgumentError(
      'It is a process id such as 4711, or the address of an inspector such as 127.0.0.1:9229.',
    );
  }
  return { host, port };
}
