import { describe, expect, test } from 'vitest';
import { expired, type StoredJournal } from '../../../sidecar/journal/retention';

const NOW_MS = 1_000_000;
const LIMITS = { maxCount: 3, maxAgeMs: 1_000, maxBytes: 100 };

const journal = (file: string, changes: Partial<StoredJournal> = {}): StoredJournal => ({
  file,
  bytes: 1,
  lastAtMs: NOW_MS,
  isLive: false,
  ...changes,
});
const gone = (...journals: StoredJournal[]) => expired(journals, NOW_MS, LIMITS);

describe('of the journals', () => {
  test('the oldest beyond a number go', () => {
    const four = ['a', 'b', 'c', 'd'].map((file, index) => journal(file, { lastAtMs: NOW_MS - index }));
    expect(gone(...four.slice(0, 3))).toEqual([]);
    expect(gone(...four.reverse())).toEqual(['d']);
  });

  test('those that are too old go', () => {
    expect(gone(journal('a', { lastAtMs: NOW_MS - 1_000 }), journal('b', { lastAtMs: NOW_MS - 1_001 }))).toEqual(['b']);
  });

  test('the oldest go that are too much together', () => {
    const old = journal('b', { bytes: 60, lastAtMs: NOW_MS - 1 });
    expect(gone(journal('a', { bytes: 40 }), old)).toEqual([]);
    expect(gone(journal('a', { bytes: 41 }), old)).toEqual(['b']);
  });

  test('none goes that is being written', () => {
    expect(gone(journal('a', { lastAtMs: 0, isLive: true, bytes: 1_000 }))).toEqual([]);
  });
});
