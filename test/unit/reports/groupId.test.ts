import { describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { GroupNames, groupId } from '../../../sidecar/reports/groupId';
import { frame, slowRequest } from '../samples';

const APP = { script: '/srv/shop/server.js', workingDirectory: '/srv/shop' };
const wait = (label: string, kind = 'socket') => ({ kind, label, durationMs: 1, frames: [] });
const noFrame = { frames: [], guiltyFrame: undefined };

function id(changes: Partial<SlowRequest> = {}, app = APP): string {
  const at = frame({ sourceLine: 'await query(SQL)' });
  return groupId(slowRequest({ frames: [at], ...changes }), app);
}

describe('the group of a slow request', () => {
  test('is named by 10 hex digits', () => {
    expect(id()).toMatch(/^[0-9a-f]{10}$/);
  });

  test.each<[string, Partial<SlowRequest>]>([
    ['request', { id: 't2:9', targetId: 't2', url: '/orders?user=8', durationMs: 9_000 }],
    ['line number', { frames: [frame({ line: 99, column: 1, sourceLine: 'await query(SQL)' })] }],
    ['indentation', { frames: [frame({ sourceLine: '    await query(SQL)  ' })] }],
    ['stack below', { frames: [frame({ origin: 'node' }), frame({ sourceLine: 'await query(SQL)' })], guiltyFrame: 1 }],
    ['wait', { wait: wait('data from 127.0.0.1:5432') }],
  ])('is the same for another %s', (_what, changes) => {
    expect(id(changes)).toBe(id());
  });

  test.each<[string, Partial<SlowRequest>]>([
    ['method', { method: 'POST' }],
    ['route', { route: '/orders/:id' }],
    ['cause', { cause: 'computing' }],
    ['file', { frames: [frame({ file: '/srv/shop/src/b.ts', sourceLine: 'await query(SQL)' })] }],
    ['function', { frames: [frame({ functionName: 'other', sourceLine: 'await query(SQL)' })] }],
    ['source line', { frames: [frame({ sourceLine: 'await query(OTHER)' })] }],
    ['place, not the own one', noFrame],
  ])('is another for another %s', (_what, changes) => {
    expect(id(changes)).not.toBe(id());
  });

  test('is the same where the app lies in another folder, and another for another app', () => {
    const elsewhere = { script: '/opt/a/server.js', workingDirectory: '/opt/a' };
    const frames = [frame({ file: '/opt/a/src/orders.ts', sourceLine: 'await query(SQL)' })];
    expect(id({ frames }, elsewhere)).toBe(id());
    expect(id({}, { ...APP, script: '/srv/shop/worker.js' })).not.toBe(id());
  });

  test('without a frame goes by what is waited for, without its numbers', () => {
    const of = (label: string, kind?: string) => id({ ...noFrame, wait: wait(label, kind) });
    expect(of('data from 127.0.0.1:5432')).toBe(of('data from 127.0.0.1:60123'));
    expect(of('timer of 3,000 ms', 'timer')).toBe(of('timer of 250.5 ms', 'timer'));
    expect(of('data from 127.0.0.1:5432')).not.toBe(of('connection to 127.0.0.1:5432'));
    expect(of('x', 'dns')).not.toBe(of('x', 'http'));
  });

  test('that was held up does not depend on who held it up', () => {
    const heldUp = (functionName: string) => id({ cause: 'heldUp', frames: [frame({ functionName })] });
    expect(heldUp('a')).toBe(heldUp('b'));
  });
});

describe('a request that no stack was taken of', () => {
  const APP = { script: '/srv/shop/server.js', workingDirectory: '/srv/shop' };
  const wait = { kind: 'timer', label: 'timer of 200 ms', durationMs: 1, frames: [] };
  const stackless = slowRequest({ frames: [], guiltyFrame: undefined, wait: { ...wait, stackMissing: 'no budget' } });
  const known = slowRequest({ wait });

  test('joins those that waited for the same kind of operation in its route', () => {
    const names = new GroupNames(APP);
    const name = names.nameOf(known);
    expect(names.nameOf(stackless)).toBe(name);
  });

  test.each([
    ['route', { route: '/other' }],
    ['method', { method: 'PUT' }],
    ['cause', { cause: 'computing' as const }],
    ['kind', { wait: { ...wait, kind: 'socket', stackMissing: 'no budget' } }],
  ])('does not join those of another %s', (_what, changes) => {
    const names = new GroupNames(APP);
    const name = names.nameOf(known);
    expect(names.nameOf({ ...stackless, ...changes })).not.toBe(name);
  });

  test('has a group by what it waits for when none is known', () => {
    expect(new GroupNames(APP).nameOf(stackless)).toBe(groupId(stackless, APP));
  });
});
