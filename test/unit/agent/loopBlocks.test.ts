import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { LoopAccounts } from '../../../sidecar/agent/loopAccounts';
import { LoopBlocks } from '../../../sidecar/agent/loopBlocks';
import { type RequestRecord, RequestTable } from '../../../sidecar/agent/requests';
import { type Wait, WaitList } from '../../../sidecar/agent/waitList';

describe('blocks of the event loop', () => {
  let nowMs: number;
  let table: RequestTable;
  let blocks: LoopBlocks;
  let afterPoll: (() => void)[];

  beforeEach(() => {
    nowMs = 1_000;
    table = new RequestTable();
    afterPoll = [];
    const accounts = new LoopAccounts({ nowMs: () => nowMs, idleMs: () => 0, epochMs: value => value });
    blocks = new LoopBlocks(
      () => nowMs,
      accounts,
      () => table.inFlight.values(),
      ({ method, url }) => ({ method, route: url }),
      callback => afterPoll.push(callback),
      () => {},
    );
  });

  function start(url: string): RequestRecord {
    const request = Object.assign(new IncomingMessage(new Socket()), { url, method: 'GET' });
    const opening = { startedMs: nowMs, busyAtStartMs: nowMs, sharedAtStartMs: 0 };
    return table.start(request, new ServerResponse(request), opening);
  }

  /** Seen at its beginning and at its end, as drains find it. */
  async function block(record: RequestRecord, durationMs: number): Promise<void> {
    blocks.running(record, 0);
    nowMs += durationMs;
    blocks.running(record, durationMs);
    await Promise.resolve();
  }

  function waitsFor(record: RequestRecord, operation: { pending: boolean; dueMs?: number }): void {
    const probe: Wait['probe'] = {
      kind: 'socket',
      isPending: () => operation.pending,
      describe: () => 'data',
      dueMs: () => operation.dueMs,
    };
    record.waits ??= new WaitList();
    record.waits.add({ id: 1, probe, subject: operation, startedMs: nowMs, stack: undefined, bytesRead: 0 });
  }

  function poll(): void {
    for (const callback of afterPoll.splice(0)) callback();
  }

  test('hold up a request whose timer came due meanwhile, from that moment on', async () => {
    const [blocker, victim] = [start('/blocker'), start('/victim')];
    waitsFor(victim, { pending: true, dueMs: nowMs + 30 });
    await block(blocker, 100);
    expect(victim.heldUpMs).toBe(70);
    expect(victim.heldUpBy).toEqual([{ requestNumber: 1, method: 'GET', route: '/blocker', durationMs: 70 }]);
    expect(blocker).toMatchObject({ victims: 1, heldUpMs: 0, longestBlockMs: 100 });
  });

  test('hold up a request whose operation turns out to have ended', async () => {
    const [blocker, victim] = [start('/blocker'), start('/victim')];
    const operation = { pending: true };
    waitsFor(victim, operation);
    await block(blocker, 100);
    expect(victim.heldUpMs).toBe(0);
    operation.pending = false;
    poll();
    expect(victim.heldUpMs).toBe(100);
  });

  test('do not hold up a request whose operation goes on', async () => {
    const [blocker, victim] = [start('/blocker'), start('/victim')];
    waitsFor(victim, { pending: true });
    await block(blocker, 100);
    poll();
    expect(victim.heldUpMs).toBe(0);
    expect(blocker.victims).toBe(0);
  });

  test('count from 20 ms on', async () => {
    const [blocker, victim] = [start('/blocker'), start('/victim')];
    waitsFor(victim, { pending: true, dueMs: nowMs });
    await block(blocker, 19);
    expect(victim.heldUpMs).toBe(0);
    waitsFor(victim, { pending: true, dueMs: nowMs });
    await block(blocker, 20);
    expect(victim.heldUpMs).toBe(20);
  });

  test('move the start of a request back that lay unread in the kernel, and charge it for that time', async () => {
    const blocker = start('/blocker');
    await block(blocker, 100);
    blocks.tellQueued([{ localPort: 80, remotePort: 5_000, waitedMs: 60 }], 100);
    const late = start('/late');
    Object.defineProperties(late.request?.socket, { localPort: { value: 80 }, remotePort: { value: 5_000 } });
    blocks.noteStart(late);
    expect(late.startedMs).toBe(nowMs - 60);
    expect(late.heldUpMs).toBe(60);
    expect(late.heldUpBy).toEqual([{ requestNumber: 1, method: 'GET', route: '/blocker', durationMs: 60 }]);
  });

  test('by one request are added up, and their victim counts once', async () => {
    const [blocker, victim] = [start('/blocker'), start('/victim')];
    for (const durationMs of [20, 30]) {
      waitsFor(victim, { pending: true, dueMs: nowMs });
      await block(blocker, durationMs);
      victim.waits = undefined;
    }
    expect(victim.heldUpMs).toBe(50);
    expect(victim.heldUpBy).toEqual([{ requestNumber: 1, method: 'GET', route: '/blocker', durationMs: 50 }]);
    expect(blocker.victims).toBe(1);
  });

  test.each([
    [20, 20],
    [21, 20],
  ])('by %i requests are told as %i, the worst first, though all of them count', async (blockers, told) => {
    const stream = start('/stream');
    for (let count = 1; count <= blockers; count += 1) {
      const blocker = start(`/blocker/${count}`);
      waitsFor(stream, { pending: true, dueMs: nowMs });
      await block(blocker, 20 + count);
      table.inFlight.delete(blocker.request as IncomingMessage);
      stream.waits = undefined;
    }
    expect(stream.heldUpMs).toBe(20 * blockers + (blockers * (blockers + 1)) / 2);
    expect(stream.heldUpBy).toHaveLength(told);
    expect(stream.heldUpBy[0]).toMatchObject({ route: `/blocker/${blockers}`, durationMs: 20 + blockers });
  });
});
