/** The target argument of a command. */
import { InvalidArgumentError } from 'commander';
import { parseTargetAddress } from '../protocol/address';
import type { TargetAddress } from '../protocol/values';

/** @throws InvalidArgumentError that says what is accepted */
export function parseAddress(text: string): TargetAddress {
  const address = parseTargetAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError(
    'It is a process id such as 4711, or the address of an inspector such as 127.0.0.1:9229.',
  );
}
