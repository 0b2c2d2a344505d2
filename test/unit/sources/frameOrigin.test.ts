import { describe, expect, test } from 'vitest';
import { frameOrigin, packageName } from '../../../sidecar/sources/frameOrigin';

describe('the code in a file', () => {
  test.each([
    ['/srv/app/server.js', 'user'],
    ['/srv/app/node_modulesx/server.js', 'user'],
    ['/srv/node_modules.js', 'user'],
    ['C:\\app\\server.js', 'user'],
    ['c:/app/server.js', 'user'],
    ['\\\\share\\app\\server.js', 'user'],
    ['/srv/app/node_modules/pg/lib/client.js', 'package'],
    ['C:\\app\\node_modules\\pg\\client.js', 'package'],
    ['node:fs', 'node'],
    ['node:internal/timers', 'node'],
    ['internal/timers.js', 'node'],
    ['', 'native'],
    ['evalmachine.<anonymous>', 'native'],
    ['wasm://wasm/1234', 'native'],
    ['[eval]', 'native'],
    ['server.js', 'native'],
    ['../server.js', 'native'],
  ])('%j is %s', (file, expected) => {
    expect(frameOrigin(file)).toBe(expected);
  });
});

describe('the package of a file', () => {
  test.each([
    ['/srv/node_modules/pg/lib/client.js', 'pg'],
    ['/srv/node_modules/@koa/router/index.js', '@koa/router'],
    ['/srv/node_modules/express/node_modules/qs/lib/parse.js', 'qs'],
    ['/srv/node_modules/@a/b/node_modules/@c/d/index.js', '@c/d'],
    ['/srv/node_modules/.pnpm/pg@8.11.0/node_modules/pg/lib/client.js', 'pg'],
    ['C:\\app\\node_modules\\pg\\client.js', 'pg'],
    ['C:\\app\\node_modules\\@koa\\router\\index.js', '@koa/router'],
    ['C:\\app\\node_modules\\a\\node_modules\\b\\index.js', 'b'],
    ['/srv/node_modules/single.js', 'single.js'],
  ])('%s is %s', (file, expected) => {
    expect(packageName(file)).toBe(expected);
  });

  test.each(['/srv/app/server.js', '/srv/node_modules/', 'node:fs', ''])('%j has none', file => {
    expect(packageName(file)).toBeUndefined();
  });
});
