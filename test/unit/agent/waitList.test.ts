import { describe, expect, test } from 'vitest';
import { isPending, type Wait, type WaitKind, WaitList } from '../../../sidecar/agent/waitList';

/** An operation that is pending for as long as it says so. */
interface Operation {
  pending: boolean;
  unlikely?: boolean;
}

function wait(kind: WaitKind, id: number, operation: Operation = { pending: true }): Wait {
  const probe = {
    kind,
    isPending: ({ subject }: Wait) => (subject as Operation).pending,
    describe: () => kind,
    isUnlikely: ({ subject }: Wait) => (subject as Operation).unlikely ?? false,
  };
  return { id, probe, subject: operation, startedMs: id, stack: undefined, bytesRead: 0 };
}

function listOf(waits: readonly Wait[]): WaitList {
  const list = new WaitList();
  for (const each of waits) list.add(each);
  return list;
}

const idsOf = (waits: readonly Wait[]) => waits.map(({ id }) => id);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('room', () => {
  test('is for 32 pending operations; the 33rd is counted as left out', () => {
    const list = listOf(numbers(32).map(id => wait('timer', id)));
    expect(list.pending()).toHaveLength(32);
    expect(list.leftOut).toBe(0);
    list.add(wait('timer', 32));
    expect(idsOf(list.pending())).toEqual(numbers(32));
    expect(list.leftOut).toBe(1);
  });

  test('is made by dropping operations that have ended', () => {
    const ended = { pending: true };
    const list = listOf(numbers(32).map(id => wait('timer', id, id === 3 ? ended : { pending: true })));
    ended.pending = false;
    list.add(wait('timer', 32));
    expect(idsOf(list.pending())).toEqual(numbers(33).filter(id => id !== 3));
    expect(list.leftOut).toBe(0);
  });
});

describe('the pending operations', () => {
  test('come likeliest first: a timer beside I/O is its time-out', () => {
    const kinds = ['timer', 'socket', 'crypto', 'dns', 'file system', 'child process', 'http'] as const;
    const list = listOf(kinds.map((kind, id) => wait(kind, id)));
    expect(list.pending().map(({ probe }) => probe.kind)).toEqual([
      'http',
      'crypto',
      'dns',
      'file system',
      'child process',
      'socket',
      'timer',
    ]);
  });

  test('of one rank come oldest first', () => {
    expect(idsOf(listOf([wait('http', 3), wait('http', 1), wait('http', 2)]).pending())).toEqual([1, 2, 3]);
  });

  test('that are hardly awaited come last, whatever their kind', () => {
    const list = listOf([wait('http', 1, { pending: true, unlikely: true }), wait('timer', 2)]);
    expect(idsOf(list.pending())).toEqual([2, 1]);
  });

  test('do not include those that have ended', () => {
    expect(idsOf(listOf([wait('http', 1, { pending: false }), wait('http', 2)]).pending())).toEqual([2]);
  });
});

describe('the newest operation', () => {
  test('is remembered when it has ended, and when it found no room', () => {
    const list = listOf(numbers(33).map(id => wait('timer', id)));
    expect(list.last?.id).toBe(32);
    const ended = wait('timer', 40, { pending: false });
    list.add(ended);
    expect(list.last).toBe(ended);
  });

  test('on an object is found among several on the same', () => {
    const socket = { pending: true };
    const list = listOf([wait('socket', 1, socket), wait('socket', 2, socket), wait('socket', 3)]);
    expect(list.latestOf(socket)?.id).toBe(2);
    expect(list.latestOf({})).toBeUndefined();
  });

  test('takes the place of the one it replaces', () => {
    const [older, other, newer] = [wait('socket', 1), wait('socket', 2), wait('socket', 3)];
    const list = listOf([older, other]);
    list.replace(older, newer);
    expect(idsOf(list.pending())).toEqual([2, 3]);
    expect(list.last).toBe(newer);
    expect(list.latestOf(older.subject)).toBeUndefined();
  });
});

test('an operation whose objects cannot be read counts as ended', () => {
  const unreadable = wait('timer', 1);
  const probe = {
    ...unreadable.probe,
    isPending: () => {
      throw new Error('a proxy of the app');
    },
  };
  expect(isPending({ ...unreadable, probe })).toBe(false);
});
