/** A PostgreSQL with the tables of the app `orders.js`. */
import { nodeVersion } from '../support/nodeVersions';
import { type Postgres, startPostgres } from '../support/postgres';
import { BenchApp } from './benchApp';
import { whileRunning } from './whileRunning';

/** The app fills it itself, once: all processes that are measured then find the same. */
export async function startOrdersDatabase(): Promise<Postgres> {
  const postgres = await startPostgres();
  try {
    await whileRunning(BenchApp.start('orders.js', nodeVersion(24), postgres.environment), app =>
      app.send('/prepare', 'POST'),
    );
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
