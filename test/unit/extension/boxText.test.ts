import { expect, test } from 'vitest';
import { boxHint, boxName, boxSentences } from '../../../extension/hints/boxText';
import { boxSite, frame } from '../samples';

const worstFired = { budgetMs: 200, elapsedMs: 412, overrunMs: 212 };
const worstNear = { budgetMs: 200, elapsedMs: 187, overrunMs: 0 };

test('a line says of its box how often it fired, and how long the worst took', () => {
  expect(boxHint(boxSite({ fired: 3, worstFired }))).toBe('◇ timebox 200 ms · fired 3 times · worst 412 ms');
  expect(boxHint(boxSite({ worstFired }))).toBe('◇ timebox 200 ms · fired after 412 ms');
  expect(boxHint(boxSite({ isAsync: true, worstFired }))).toBe('◇ async timebox 200 ms · fired after 412 ms');
});

test('near misses are told in the hover only', () => {
  const near = boxSite({ fired: 0, nearMisses: 2, worstNear });
  expect(boxHint(near)).toBeUndefined();
  expect(boxSentences(near)).toEqual(['2 near misses, worst 187 of 200 ms.']);
  expect(boxSentences({ ...near, nearMisses: 1 })).toEqual(['1 near miss: 187 of 200 ms.']);
});

test('the hover tells all, and who called', () => {
  const frames = [frame(), frame({ functionName: '', line: 9 }), frame({ origin: 'node' })];
  expect(boxSentences(boxSite({ frames, fired: 3, nearMisses: 2, worstFired, worstNear }))).toEqual([
    'Fired 3 times, worst after 412 of 200 ms, 212 ms over.',
    '2 near misses, worst 187 of 200 ms.',
    'Called from orders.ts:9 (anonymous).',
  ]);
});

test('a spent quota is named as such', () => {
  expect(boxName(boxSite({ budgetMs: 0 }))).toBe('timebox, quota spent');
});
