import { expect, test } from 'vitest';
import { annotatedLines } from '../../../sidecar/reports/annotatedLines';
import { lineHint } from '../samples';

const HERE = '/srv/shop';

test('the lines of a file stand together, in their order, each with its hint', () => {
  const hints = [
    lineHint({ file: '/srv/shop/src/a.ts', line: 120, sourceLine: 'await b();', text: '2.0 s waiting', count: 3 }),
    lineHint({ file: '/elsewhere/b.ts', line: 7, sourceLine: 'return c();', text: '1.0 s waiting' }),
    lineHint({ file: '/srv/shop/src/a.ts', line: 9, text: '500 ms waiting' }),
  ];
  expect(annotatedLines(hints, HERE)).toBe(
    [
      'src/a.ts',
      `     9  ${' '.repeat(72)}  ● 500 ms waiting`,
      `   120  await b();${' '.repeat(62)}  ● 2.0 s waiting · 3 times`,
      '',
      '/elsewhere/b.ts',
      `     7  return c();${' '.repeat(61)}  ● 1.0 s waiting`,
    ].join('\n'),
  );
});

test.each([
  [72, 'x'.repeat(72)],
  [73, `${'x'.repeat(71)}…`],
])('a line of %i characters is shown as far as there is room', (length, shown) => {
  const text = annotatedLines([lineHint({ sourceLine: 'x'.repeat(length), text: 'hint' })], HERE);
  expect(text.split('\n')[1]).toBe(`    17  ${shown}  ● hint`);
});

test('without hints there is no text', () => {
  expect(annotatedLines([], HERE)).toBe('');
});
