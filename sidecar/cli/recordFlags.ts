/** What the flags of `introspector record` may be. */
import { InvalidArgumentError } from 'commander';

const DAY_S = 86_400;
const MAX_ROUTE_CHARACTERS = 300;

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

/**
 * @param text `GET /orders/:id`, or a path alone
 * @returns the same, trimmed
 * @throws InvalidArgumentError unless it is one
 */
export function parseRoute(text: string): string {
  const route = text.trim();
  if (route.length > MAX_ROUTE_CHARACTERS || !/^([A-Z-]+ )?(\*\*)?\/\S*$/.test(route)) {
    throw new InvalidArgumentError("It is a method and a path, such as 'GET /orders/:id', or a path alone.");
  }
  return route;
}
