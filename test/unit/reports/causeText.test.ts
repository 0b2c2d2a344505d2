import { describe, expect, test } from 'vitest';
import { causeDetail, causeMs, causeText, causeWord, victimsText } from '../../../sidecar/reports/causeText';
import { frame, slowRequest } from '../samples';

const time = { computingMs: 1, waitingMs: 2, heldUpMs: 3 };

test.each([
  ['computing', 1],
  ['waiting', 2],
  ['heldUp', 3],
] as const)('the time of the cause %s is its part of the whole', (cause, expected) => {
  expect(causeMs(slowRequest({ cause, time }))).toBe(expected);
});

test.each([
  ['waiting', 5_000, 'waiting'],
  ['heldUp', 5_000, 'held up'],
  ['computing', 99.9, 'computing'],
  ['computing', 100, 'blocking'],
] as const)('%s with a longest stretch of %d ms is called %s', (cause, longestBlockMs, expected) => {
  expect(causeWord({ cause, longestBlockMs })).toBe(expected);
});

describe('the detail of the cause', () => {
  const calling = (callee: Parameters<typeof frame>[0]) =>
    causeDetail(slowRequest({ cause: 'computing', frames: [frame(callee), frame()], guiltyFrame: 1 }));

  test('is the kind of what is waited for', () => {
    const wait = { kind: 'timer', label: 'timer of 3,000 ms', durationMs: 1, frames: [] };
    expect(causeDetail(slowRequest({ wait }))).toBe('timer');
    expect(causeDetail(slowRequest())).toBeUndefined();
  });

  test.each([
    [{ origin: 'native', file: '', functionName: 'RegExp.test' }, 'regexp'],
    [{ origin: 'native', file: '', functionName: 'JSON.stringify' }, 'JSON.stringify'],
    [{ origin: 'native', file: '', functionName: '' }, undefined],
    [{ origin: 'node', file: 'node:child_process', functionName: 'execFileSync' }, 'execFileSync'],
    [{ origin: 'package', functionName: 'render', packageName: 'ejs' }, 'ejs'],
  ] as const)('is what the guilty line calls: %j is %s', (callee, expected) => {
    expect(calling(callee)).toBe(expected);
  });

  test('is absent when the line computes by itself, no line is known, or another request is to blame', () => {
    expect(causeDetail(slowRequest({ cause: 'computing' }))).toBeUndefined();
    expect(causeDetail(slowRequest({ cause: 'computing', frames: [], guiltyFrame: undefined }))).toBeUndefined();
    const frames = [frame({ origin: 'node', functionName: 'readFileSync' }), frame()];
    expect(causeDetail(slowRequest({ cause: 'heldUp', frames, guiltyFrame: 1 }))).toBeUndefined();
  });
});

test.each([
  [0, undefined],
  [1, '1 request waited'],
  [2, '2 requests waited'],
])('%i victims are told as %s', (victims, expected) => {
  expect(victimsText(victims)).toBe(expected);
});

describe('the text of a line', () => {
  const blocking = slowRequest({
    cause: 'computing',
    longestBlockMs: 2_300,
    victims: 14,
    frames: [frame({ origin: 'native', functionName: 'RegExp.test' }), frame()],
    guiltyFrame: 1,
  });

  test('has time, cause, detail, route and victims', () => {
    expect(causeText(blocking, 2_300, ['GET /report'])).toBe(
      '2.3 s blocking · regexp · GET /report · 14 requests waited',
    );
  });

  test('leaves out what there is not', () => {
    expect(causeText(slowRequest(), 412, ['GET /orders'])).toBe('412 ms waiting · GET /orders');
    expect(causeText(slowRequest(), 412, [])).toBe('412 ms waiting');
  });

  test('names one route and counts the others', () => {
    expect(causeText(slowRequest(), 412, ['GET /a', 'GET /b', 'GET /c'])).toBe('412 ms waiting · GET /a and 2 more');
  });
});
