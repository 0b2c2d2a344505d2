/** What the arguments of `introspector replay` may be. */
import { InvalidArgumentError } from 'commander';
import { type ReplayedRequest, replayedRequest, replayOrder } from '../protocol/replayValues';
import type { NamedValue } from '../protocol/values';

/**
 * @param text `GET /orders?page=2`, or a path alone, which is a GET
 * @throws InvalidArgumentError unless it is one
 */
export function parseRequest(text: string): Pick<ReplayedRequest, 'method' | 'url'> {
  const trimmed = text.trim();
  const space = trimmed.indexOf(' ');
  const wish =
    space < 0 ? { method: 'GET', url: trimmed } : { method: trimmed.slice(0, space), url: trimmed.slice(space + 1) };
  const parsed = replayedRequest.pick({ method: true, url: true }).safeParse(wish);
  if (!parsed.success) throw new InvalidArgumentError("It is a method and a path, such as 'GET /orders?page=2'.");
  return parsed.data;
}

/**
 * @param text `Name: value`
 * @param before those given before
 * @throws InvalidArgumentError unless it is one
 */
export function parseHeader(text: string, before: NamedValue[]): NamedValue[] {
  const match = /^(?<name>[\w!#$%&'*+.^`|~-]+):\s*(?<value>.*)$/.exec(text);
  const { name, value } = match?.groups ?? {};
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It is 'Name: value'.");
  return [...before, { name, value }];
}

/** @throws InvalidArgumentError unless it is a whole number from 1 to 1,000 */
export function parseTimes(text: string): number {
  const parsed = replayOrder.shape.times.safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (!parsed.success) throw new InvalidArgumentError('It is a whole number from 1 to 1000.');
  return parsed.data;
}
