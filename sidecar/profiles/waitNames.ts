/** What a wait is called in a flame graph. */
import type { ProfiledWait } from '../agent/profileReports';
import type { RawFrame } from '../agent/reports';
import { pathOf } from '../sources/fileUrls';
import { packageName } from '../sources/frameOrigin';

/** What waiting for an answer on its connection means for a driver that many apps use. */
const DRIVERS: Readonly<Record<string, string>> = {
  pg: 'pg query',
  'pg-pool': 'pg query',
  postgres: 'postgres query',
  mysql: 'mysql query',
  mysql2: 'mysql2 query',
  tedious: 'tedious query',
  mongodb: 'mongodb command',
  redis: 'redis command',
  '@redis/client': 'redis command',
  ioredis: 'ioredis command',
  memcached: 'memcached command',
  memjs: 'memcached command',
  nodemailer: 'mail server',
};

/**
 * @param wait undefined when what was waited for is not known
 * @param frames its stack, innermost first
 * @returns `pg query`, `timer of 200 ms`, `GET http://stock.example/7`
 */
export function waitName(wait: ProfiledWait | undefined, frames: readonly RawFrame[]): string {
  if (wait === undefined) return 'a lock, a queue or the work of another request';
  if (wait.kind !== 'socket') return wait.label;
  const packages = frames.map(({ file }) => packageName(pathOf(file))).filter(name => name !== undefined);
  const driver = packages.find(name => Object.hasOwn(DRIVERS, name));
  if (driver !== undefined) return DRIVERS[driver] ?? wait.label;
  return packages[0] === undefined ? wait.label : `${packages[0]}, ${wait.label}`;
}
