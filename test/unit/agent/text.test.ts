import { describe, expect, test } from 'vitest';
import {
  consistsOf,
  DECIMAL,
  grouped,
  HEXADECIMAL,
  isPrintable,
  oneLine,
  splitAt,
  upTo,
  WORD,
  without,
} from '../../../sidecar/agent/text';

describe('consistsOf', () => {
  test.each([
    ['0123456789', DECIMAL, true],
    ['12a', DECIMAL, false],
    ['-1', DECIMAL, false],
    ['1２', DECIMAL, false],
    ['09afAF', HEXADECIMAL, true],
    ['09afg', HEXADECIMAL, false],
    ['aZ0_-~', WORD, true],
    ['a.b', WORD, false],
    ['é', WORD, false],
  ])('tells whether %j has only the characters of the set', (text, characters, expected) => {
    expect(consistsOf(text, characters)).toBe(expected);
  });

  test('holds for an empty text', () => {
    expect(consistsOf('', DECIMAL)).toBe(true);
  });
});

test('without leaves out every occurrence and keeps the order of the rest', () => {
  expect(without('-a_b--c_', new Set('-_'))).toBe('abc');
  expect(without('--', new Set('-'))).toBe('');
  expect(without('a😀b', new Set('a'))).toBe('😀b');
});

describe('splitAt', () => {
  test('leaves out the empty pieces at both ends and between neighbours', () => {
    expect(splitAt('[user][password].', new Set('[].'))).toEqual(['user', 'password']);
  });

  test('gives one piece when no separator is there, and none for an empty text', () => {
    expect(splitAt('abc', new Set(','))).toEqual(['abc']);
    expect(splitAt('', new Set(','))).toEqual([]);
  });
});

describe('upTo', () => {
  test('ends before the first of the characters, whichever it is', () => {
    expect(upTo('/a#b?c', new Set('?#'))).toBe('/a');
    expect(upTo('?a', new Set('?#'))).toBe('');
  });

  test('keeps the whole text when none of them is there', () => {
    expect(upTo('/a/b', new Set('?#'))).toBe('/a/b');
  });
});

test.each([
  [0, '0'],
  [999, '999'],
  [999.4, '999'],
  [999.5, '1,000'],
  [1_000, '1,000'],
  [12_345, '12,345'],
  [999_999, '999,999'],
  [1_234_567, '1,234,567'],
])('%d is grouped as %s', (value, expected) => {
  expect(grouped(value)).toBe(expected);
});

test.each([
  ['!~azAZ09', true],
  ['', true],
  ['a b', false],
  ['a\u007f', false],
  ['\u001f', false],
  ['é', false],
])('isPrintable tells whether all of %j shows', (text, expected) => {
  expect(isPrintable(text)).toBe(expected);
});

test('oneLine keeps what is text and replaces what is control', () => {
  expect(oneLine(' ~\u00a0é\u2027\u202a😀')).toBe(' ~\u00a0é\u2027\u202a😀');
  expect(oneLine('a\nb\r\tc\u001b[1m\u007f\u009f\u2028\u2029')).toBe('a?b??c?[1m????');
});
