/**
 * Everything of ours that the app's own event loop calls goes through here: an error of the agent must not become an
 * uncaught exception of the app.
 *
 * @returns the same function, which throws nothing
 */
export function guarded<T = void>(run: (value: T) => void): (value: T) => void {
  return value => {
    try {
      run(value);
    } catch {
      // The app must not notice.
    }
  };
}
