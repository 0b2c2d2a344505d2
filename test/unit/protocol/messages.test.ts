import { describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../../sidecar/protocol/defaults';
import { events, requests } from '../../../sidecar/protocol/messages';
import { slowRequest } from '../samples';

const attach = (address: unknown, thresholdMs: unknown = 1_000) => {
  const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs };
  return requests.attach.params.safeParse({ address, settings, reattach: false }).success;
};

describe('a wish to attach', () => {
  test.each([
    [{ pid: 1 }, true],
    [{ pid: 0 }, false],
    [{ pid: -1 }, false],
    [{ pid: 1.5 }, false],
    [{ pid: '1' }, false],
    [{ host: 'localhost', port: 1 }, true],
    [{ host: 'localhost', port: 65_535 }, true],
    [{ host: 'localhost', port: 0 }, false],
    [{ host: 'localhost', port: 65_536 }, false],
    [{ host: '', port: 9_229 }, false],
    [{ port: 9_229 }, false],
    [{}, false],
    [undefined, false],
  ])('to %j is understood: %s', (address, expected) => {
    expect(attach(address)).toBe(expected);
  });

  test.each([
    [0, true],
    [86_400_000, true],
    [-0.001, false],
    [86_400_000.5, false],
    [Number.NaN, false],
    ['1000', false],
  ])('with a threshold of %j ms is understood: %s', (thresholdMs, expected) => {
    expect(attach({ pid: 1 }, thresholdMs)).toBe(expected);
    expect(
      requests.configure.params.safeParse({
        targetId: 't1',
        settings: { ...DEFAULT_WATCH_SETTINGS, thresholdMs },
      }).success,
    ).toBe(expected);
  });
});

describe('the fact of a slow request', () => {
  test('crosses the wire unchanged', () => {
    const sent = slowRequest();
    expect(events.slowRequest.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
  });

  test('of a newer sidecar is read without what is not known', () => {
    expect(events.slowRequest.parse({ ...slowRequest(), memory: 1 })).toEqual(slowRequest());
  });

  test.each([
    ['durationMs', -1],
    ['durationMs', Number.POSITIVE_INFINITY],
    ['cause', 'sleeping'],
    ['state', { state: 'finished' }],
    ['frames', [{}]],
    ['victims', -1],
    ['victims', 0.5],
    ['notes', 'none'],
  ])('is refused when its %s is %j', (key, value) => {
    expect(events.slowRequest.safeParse({ ...slowRequest(), [key]: value }).success).toBe(false);
  });
});
