/** What the flags of `introspector record` may be. */
import { InvalidArgumentError } from 'commander';

const DAY_S = 86_400;

/**
 * @param text as given on the command line
 * @returns seconds
 * @throws InvalidArgumentError unless it is a number above 0 and at most a day
 */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0 && seconds <= DAY_S)) {
    throw new InvalidArgumentError(`It is a number of seconds above 0, at most ${DAY_S}.`);
  }
  return seconds;
}
