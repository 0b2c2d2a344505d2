/** Whatever is started is stopped, however its use ends. */

/** @returns what `use` returned, when all is stopped again */
export async function whileRunning<T extends { stop(): Promise<void> }, R>(
  starting: Promise<T>,
  use: (running: T) => Promise<R>,
): Promise<R> {
  const running = await starting;
  try {
    return await use(running);
  } finally {
    await running.stop();
  }
}
