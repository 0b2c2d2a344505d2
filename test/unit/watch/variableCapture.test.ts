import { describe, expect, test } from 'vitest';
import type { LoopState } from '../../../sidecar/agent/reports';
import { VariableCapture } from '../../../sidecar/watch/variableCapture';
import { report } from './agentSamples';

const running = (changes: Partial<LoopState> = {}): LoopState => ({
  requestNumber: 5,
  ranForMs: 100,
  cpuMs: 50,
  innermost: 'f',
  ...changes,
});
const blocked = (changes: Partial<LoopState> = {}) => ({ running: running(changes), requests: [report()] });

describe('a request is read', () => {
  test('when it is slow and holds the event loop', () => {
    expect(new VariableCapture('blocked').due(blocked(), 0)).toBe(5);
  });

  test('when it has held it for 100 ms, not when for less', () => {
    expect(new VariableCapture('blocked').due(blocked({ ranForMs: 99.9 }), 0)).toBeUndefined();
    expect(new VariableCapture('blocked').due(blocked({ ranForMs: 100 }), 0)).toBe(5);
  });

  test('never when it only waits, when it is not slow, when it has ended, or when it is off', () => {
    const capture = new VariableCapture('blocked');
    expect(capture.due({ requests: [report()] }, 0)).toBeUndefined();
    const { requestNumber: _, ...other } = running();
    expect(capture.due({ running: other, requests: [report()] }, 0)).toBeUndefined();
    expect(capture.due({ running: running(), requests: [report({ requestNumber: 6 })] }, 0)).toBeUndefined();
    const end = { kind: 'finished', statusCode: 200 } as const;
    expect(capture.due({ running: running(), requests: [report({ end })] }, 0)).toBeUndefined();
    expect(new VariableCapture('off').due(blocked(), 0)).toBeUndefined();
  });

  test('once; when that failed, again after a second', () => {
    const capture = new VariableCapture('blocked');
    expect(capture.due(blocked(), 0)).toBe(5);
    expect(capture.due(blocked(), 999)).toBeUndefined();
    expect(capture.due(blocked(), 1_000)).toBe(5);
    capture.done(5);
    expect(capture.due(blocked(), 9_000)).toBeUndefined();
  });
});

test('a try that took over half a second is followed by a minute of rest', () => {
  const capture = new VariableCapture('blocked');
  expect(capture.due(blocked(), 0)).toBe(5);
  capture.tried(0, 500);
  expect(capture.due(blocked(), 1_000)).toBe(5);
  capture.tried(1_000, 1_501);
  expect(capture.due(blocked(), 61_500)).toBeUndefined();
  expect(capture.due(blocked(), 61_501)).toBe(5);
});

test('`next` is over after one reading, and begins again when it is set again', () => {
  const other = { running: running({ requestNumber: 6 }), requests: [report({ requestNumber: 6 })] };
  const capture = new VariableCapture('next');
  expect(capture.due(blocked(), 0)).toBe(5);
  capture.done(5);
  expect(capture.due(other, 5_000)).toBeUndefined();
  capture.configure('next');
  expect(capture.due(other, 6_000)).toBe(6);
});
