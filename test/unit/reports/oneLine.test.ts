import { expect, test } from 'vitest';
import { oneLine } from '../../../sidecar/reports/oneLine';

test.each([
  ['as it is: äöü 😀 "quotes" \\ back', 'as it is: äöü 😀 "quotes" \\ back'],
  ['two\nlines\r\n\tindented', 'two\\nlines\\r\\n\\tindented'],
  ['\x00\x1b[2J\x7f\x9b', '\\x00\\x1b[2J\\x7f\\x9b'],
  ['\u2028\u2029\u202e\u2066', '\\u2028\\u2029\\u202e\\u2066'],
  ['/\udbae/\ude00\ud83d', '/\ufffd/\ufffd\ufffd'],
])('%j becomes %j', (text, expected) => {
  expect(oneLine(text)).toBe(expected);
});

test('5,000 characters stay, one more is cut, and no character in half', () => {
  expect(oneLine('x'.repeat(5_000))).toBe('x'.repeat(5_000));
  expect(oneLine('x'.repeat(5_001))).toBe(`${'x'.repeat(4_999)}…`);
  expect(oneLine(`${'x'.repeat(4_998)}😀😀`)).toBe(`${'x'.repeat(4_998)}\ufffd…`);
});
