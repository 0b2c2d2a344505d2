/** What must not outlive this process, however it ends: normally, by an uncaught error, or by Ctrl-C. */

/** By POSIX convention a process that ends by a signal has 128 plus the signal's number as its exit code. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/**
 * @param cleanUp runs when this process ends; must be synchronous, because nothing else is waited for then
 * @param order `newestFirst`: before what was registered earlier, so that a process ends before its folder is removed;
 * `last`: after that, and after what libraries have registered until now or, if it is a signal, until then
 * @returns forgets `cleanUp` again
 */
export function onProcessEnd(cleanUp: () => void, order: 'newestFirst' | 'last' = 'newestFirst'): () => void {
  const atExit = () => {
    try {
      cleanUp();
    } catch (error) {
      // Thrown on, it would keep all others from cleaning up.
      console.error(error);
    }
  };
  const moveToEnd = () => {
    process.off('exit', atExit);
    process.on('exit', atExit);
  };
  if (order === 'newestFirst') process.prependListener('exit', atExit);
  else process.on('exit', atExit);
  for (const signal of SIGNALS) {
    if (order === 'last') process.prependListener(signal, moveToEnd);
    process.on(signal, exitBySignal);
  }
  return () => {
    process.off('exit', atExit);
    for (const signal of SIGNALS) {
      process.off(signal, moveToEnd);
      // Takes away one of the registrations: as long as anything is registered, signals lead to 'exit'.
      process.off(signal, exitBySignal);
    }
  };
}

/** Without a listener a signal ends Node at once, without 'exit'. */
function exitBySignal(signal: NodeJS.Signals): void {
  process.exit(signal in EXIT_CODES ? EXIT_CODES[signal as keyof typeof EXIT_CODES] : 1);
}
