/** A wait that ends. */

/**
 * @param promise what is waited for; it is not cancelled when time is up
 * @param timeoutMs how long
 * @param what completes the sentence "… took longer than 5000 ms"
 * @throws Error when time is up first, or whatever `promise` rejects with
 */
export async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
