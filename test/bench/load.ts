/** A fixed number of requests on a few connections, each sent when the one before is answered. */
import autocannon from 'autocannon';
import { withDeadline } from '../support/vscode/deadline';

/** Enough to keep the app busy all the time, and few enough that none waits for long. */
const CONNECTIONS = 4;
/** It looks this often whether it is done. */
const LOOK_MS = 20;
const TIMEOUT_MS = 60_000;

export interface Load {
  url: string;
  /** Asked for in turn. */
  paths: readonly string[];
  requests: number;
}

/**
 * @param onLast called at once when the last answer is there, some milliseconds before the promise is fulfilled
 * @throws Error when a request was not answered well
 */
export async function sendLoad(load: Load, onLast: () => void = () => {}): Promise<void> {
  let answered = 0;
  const done = new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: load.url,
        connections: CONNECTIONS,
        amount: load.requests,
        sampleInt: LOOK_MS,
        requests: load.paths.map(path => ({ method: 'GET', path })),
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
    run.on('response', () => {
      answered += 1;
      if (answered === load.requests) onLast();
    });
  });
  const { errors, timeouts, non2xx } = await withDeadline(done, TIMEOUT_MS, `${load.requests} requests`);
  if (errors + timeouts + non2xx > 0 || answered !== load.requests) {
    const bad = `${errors} errors, ${timeouts} late, ${non2xx} refused`;
    throw new Error(`of ${load.requests} requests to ${load.url} ${answered} were answered: ${bad}`);
  }
}
