/** Where a box was called: the one place that its errors and reports are about. */

// biome-ignore lint/complexity/noBannedTypes: what `captureStackTrace` takes is any function.
export type CallSite = Function;

/** @returns its `stack` begins at the caller of the function; V8 makes the text of it only when it is read */
export function whereCalled(callSite: CallSite): object {
  const at = {};
  Error.captureStackTrace(at, callSite);
  return at;
}

/** @returns the error, its stack that of a place instead of where it was made, which is always in this library */
export function placeAt<E extends Error>(error: E, at: { stack?: unknown }): E {
  const { stack } = at;
  // Something else when the application formats stacks in its own way.
  if (typeof stack !== 'string') return error;
  const frames = stack.indexOf('\n    at ');
  error.stack = frames === -1 ? String(error) : String(error) + stack.slice(frames);
  return error;
}
