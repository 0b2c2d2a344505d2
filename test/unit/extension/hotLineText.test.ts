import { expect, test } from 'vitest';
import { hotLineText, recentLineText } from '../../../extension/hints/hotLineText';
import { profileInfo } from '../profiles/profiles';

test('a hot line says its own time and its share of the request', () => {
  const line = { file: '/srv/a.js', line: 3, selfUs: 9_940 };
  expect(hotLineText(line, profileInfo({ durationMs: 100 }))).toBe('◆ 9.9 ms self · 10 % of GET /orders/:id');
  expect(hotLineText({ ...line, selfUs: 90_400 }, profileInfo({ durationMs: 100 }))).toBe(
    '◆ 90 ms self · 90 % of GET /orders/:id',
  );
});

test('a line of half a per cent is told, one of less is not', () => {
  const line = { file: '/srv/a.js', line: 3, selfUs: 500 };
  expect(hotLineText(line, profileInfo({ durationMs: 100 }))).toBe('◆ 0.5 ms self · 1 % of GET /orders/:id');
  expect(hotLineText({ ...line, selfUs: 499 }, profileInfo({ durationMs: 100 }))).toBeUndefined();
});

test('a line that computed lately tells its own time, and its share of the time that was looked at', () => {
  const line = { file: '/srv/server.js', line: 3, selfUs: 3_200_000 };
  expect(recentLineText(line, 60_000)).toBe('◇ 3,200 ms self · 5 % of the last 60 s');
  expect(recentLineText({ ...line, selfUs: 50_000 }, 5_020)).toBe('◇ 50 ms self · 1 % of the last 5 s');
});
