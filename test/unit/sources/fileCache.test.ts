import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileCache } from '../../../sidecar/sources/fileCache';
import { createTempFolder, type TempFolder } from '../../support/vscode/tempFolder';

describe('what was read from a file', () => {
  let temp: TempFolder;
  let reads: string[];
  let cache: FileCache<string>;

  beforeEach(() => {
    temp = createTempFolder('in-cache-');
    reads = [];
    cache = new FileCache(file => {
      reads.push(file);
      return readFile(file, 'utf8');
    }, 3);
  });

  afterEach(() => temp.remove());

  function write(name: string, text: string): string {
    const file = join(temp.path, name);
    writeFileSync(file, text);
    return file;
  }

  test('is read once while the file stays as it is, also when asked for at the same time', async () => {
    const file = write('a', 'text');
    expect(await Promise.all([cache.get(file), cache.get(file)])).toEqual(['text', 'text']);
    expect(await cache.get(file)).toBe('text');
    expect(reads).toEqual([file]);
  });

  test('is read again when the size changes', async () => {
    const file = write('a', 'text');
    await cache.get(file);
    write('a', 'longer text');
    expect(await cache.get(file)).toBe('longer text');
  });

  test('is read again when the time changes', async () => {
    const file = write('a', 'text');
    await cache.get(file);
    write('a', 'news');
    utimesSync(file, 1, 1);
    expect(await cache.get(file)).toBe('news');
  });

  test('is undefined for a file that is not there, is gone, or is no file', async () => {
    const file = write('a', 'text');
    await cache.get(file);
    rmSync(file);
    expect(await cache.get(file)).toBeUndefined();
    expect(await cache.get(temp.path)).toBeUndefined();
    expect(await cache.get('')).toBeUndefined();
  });

  test('is kept for as many files as there is room for, the one unused for longest forgotten first', async () => {
    const [a = '', b = '', c = '', d = ''] = ['a', 'b', 'c', 'd'].map(name => write(name, name));
    for (const file of [a, b, c]) await cache.get(file);
    for (const file of [a, b, c]) await cache.get(file);
    expect(reads).toEqual([a, b, c]);
    await cache.get(a);
    await cache.get(d);
    reads = [];
    for (const file of [a, c, d]) await cache.get(file);
    expect(reads).toEqual([]);
    await cache.get(b);
    expect(reads).toEqual([b]);
  });
});
