import { describe, expect, test } from 'vitest';
import { type KeptFile, outlived } from '../../sidecar/retention';

const NOW_MS = 1_000_000;
const LIMITS = { files: 3, ageMs: 1_000, bytes: 100 };

const kept = (name: string, changes: Partial<KeptFile> = {}) => ({
  name,
  bytes: 1,
  modifiedAtMs: NOW_MS,
  ...changes,
});
const gone = (...files: ReturnType<typeof kept>[]) => outlived(files, NOW_MS, LIMITS).map(({ name }) => name);

describe('of the files that are kept', () => {
  test('the oldest beyond a number go', () => {
    const four = ['a', 'b', 'c', 'd'].map((name, index) => kept(name, { modifiedAtMs: NOW_MS - index }));
    expect(gone(...four.slice(0, 3))).toEqual([]);
    expect(gone(...four.reverse())).toEqual(['d']);
  });

  test('those that are too old go', () => {
    expect(gone(kept('a', { modifiedAtMs: NOW_MS - 1_000 }), kept('b', { modifiedAtMs: NOW_MS - 1_001 }))).toEqual([
      'b',
    ]);
  });

  test('the oldest go that are too much together', () => {
    const old = kept('b', { bytes: 60, modifiedAtMs: NOW_MS - 1 });
    expect(gone(kept('a', { bytes: 40 }), old)).toEqual([]);
    expect(gone(kept('a', { bytes: 41 }), old)).toEqual(['b']);
  });

  test('none goes that is being written', () => {
    expect(gone(kept('a', { modifiedAtMs: 0, isLive: true, bytes: 1_000 }))).toEqual([]);
  });
});
