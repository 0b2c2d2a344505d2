import { describe, expect, test } from 'vitest';
import { obstacleIn } from '../../../sidecar/agent/interruptible';
import type { RawFrame } from '../../../sidecar/agent/reports';

function frame(file: string, functionName = 'f'): RawFrame {
  return { functionName, file, line: 1, column: 1, isAsync: false };
}

const APP = frame('/srv/app/server.js');
const PG = frame('/srv/app/node_modules/pg/lib/client.js');
const SCOPED = frame('C:\\app\\node_modules\\@redis\\client\\dist\\index.js');
const NODE = frame('node:internal/streams/readable', 'flow');
const native = (name: string) => frame('', name);

describe('code may be cut off', () => {
  test.each([
    ['when it is the app’s own', [APP, PG, NODE]],
    ['when the app’s own is called by a built-in', [APP, native('Array.map'), APP]],
    ['in a regular expression of the app', [native('RegExp.test'), APP]],
    ['in a regular expression of a package', [native('String.replace'), PG, APP]],
  ])('%s', (_when, frames) => {
    expect(obstacleIn(frames)).toBeUndefined();
  });
});

describe('code is left alone', () => {
  test.each([
    ['in a package', [PG, APP], /^code of the package pg is at work/],
    ['in a package with a scope, on Windows', [SCOPED, APP], /^code of the package @redis\/client is at work/],
    ['in a built-in that a package has called', [native('Array.map'), PG, APP], /^code of the package pg/],
    ['in Node.js', [NODE, APP], /^Node\.js's own code is at work \(flow in node:internal\/streams\/readable\)/],
    ['in a regular expression of Node.js', [native('RegExp.exec'), NODE], /^Node\.js's own code is at work/],
    ['when there is nothing but native code', [native('Array.sort')], /^a native call is at work$/],
  ])('%s', (_where, frames, reason) => {
    expect(obstacleIn(frames)).toMatch(reason);
  });
});
