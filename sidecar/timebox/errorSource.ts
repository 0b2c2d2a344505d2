/** Which error a box throws when its time is up: the application's choice. */
import { placeAt } from './callSite';
import { TimeboxError, type TimeboxFacts } from './errors';

// biome-ignore lint/suspicious/noExplicitAny: the parameters of a class do not matter here, and only `any` says so.
export type ErrorClass = new (...args: any[]) => Error;

/** Gives what is thrown, whatever that is. */
export type ErrorFactory = (error: TimeboxError) => unknown;

export type ErrorSource = ErrorClass | ErrorFactory;

/**
 * @param source a class derived from `TimeboxError` is given the facts, any other error class a message and the
 *   `TimeboxError` as `cause`, a factory the `TimeboxError`
 * @param at where the box was called: what the stacks of errors made here tell
 * @returns what the box throws. When the source itself throws, the box has to end all the same: with a `TimeboxError`
 *   that has what was thrown as its `cause`.
 */
export function makeError(source: ErrorSource | undefined, facts: TimeboxFacts, at: object): unknown {
  const error = placeAt(new TimeboxError(facts), at);
  if (source === undefined) return error;
  try {
    if (!isErrorClass(source)) return source(error);
    if (source.prototype instanceof TimeboxError) return placeAt(new source(facts), at);
    return placeAt(new source(error.message, { cause: error }), at);
  } catch (cause) {
    return Object.assign(error, { cause });
  }
}

function isErrorClass(source: ErrorSource): source is ErrorClass {
  return source === Error || source.prototype instanceof Error;
}
