import { expect, test } from 'vitest';
import { pathOf } from '../../../sidecar/sources/fileUrls';

test.runIf(process.platform !== 'win32').each([
  ['file:///srv/app/server.mjs', '/srv/app/server.mjs'],
  ['file:///srv/my%20app/%C3%A9.mjs', '/srv/my app/é.mjs'],
  ['file:///srv/app/server.mjs?t=1700000000000', '/srv/app/server.mjs'],
  ['file:///srv/app/server.mjs#a?b', '/srv/app/server.mjs'],
  ['file://localhost/srv/app/server.mjs', '/srv/app/server.mjs'],
])('the file URL %s is the path %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

test.each([
  '/srv/app/server.js',
  '/srv/app/what?.js',
  'C:\\app\\server.js',
  'node:fs',
  'wasm://wasm/1234',
  'webpack://shop/./src/a.ts',
  '',
])('%j is no file URL and stays as it is', text => {
  expect(pathOf(text)).toBe(text);
});

test.each(['file:///srv/a%2Fb.mjs', 'file:///srv/%E0%A4%A.mjs', 'file://'])(
  'the file URL %s leads nowhere and stays as it is, or has the path of a root',
  url => {
    expect([url, '/']).toContain(pathOf(url));
  },
);
