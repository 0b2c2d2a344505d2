import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { LoopAccounts } from '../../../sidecar/agent/loopAccounts';
import { type RequestRecord, RequestTable } from '../../../sidecar/agent/requests';

describe('the accounts of the event loop', () => {
  const loop = { nowMs: 0, idleMs: 0 };
  let accounts: LoopAccounts;
  let table: RequestTable;

  beforeEach(() => {
    Object.assign(loop, { nowMs: 1_000, idleMs: 900 });
    accounts = new LoopAccounts({ nowMs: () => loop.nowMs, idleMs: () => loop.idleMs, epochMs: nowMs => nowMs });
    table = new RequestTable();
  });

  function start(): RequestRecord {
    const request = new IncomingMessage(new Socket());
    const opening = { startedMs: loop.nowMs, ...accounts.opening() };
    return table.start(request, new ServerResponse(request), opening);
  }

  function compute(durationMs: number): void {
    loop.nowMs += durationMs;
  }

  function wait(durationMs: number): void {
    loop.nowMs += durationMs;
    loop.idleMs += durationMs;
  }

  test('give busy and clock time since the last settlement', () => {
    compute(30);
    wait(70);
    expect(accounts.settle(undefined, 0)).toEqual({ busyMs: 30, elapsedMs: 100 });
    expect(accounts.settle(undefined, 0)).toEqual({ busyMs: 0, elapsedMs: 0 });
  });

  test('give all busy time to the only request in flight', () => {
    const request = start();
    compute(30);
    wait(50);
    compute(10);
    accounts.settle(undefined, 1);
    expect(accounts.computingMs(request)).toBe(40);
  });

  test('give time whose owner is known to its owner alone', () => {
    const [holder, other] = [start(), start()];
    compute(40);
    accounts.settle(holder, 2);
    expect(accounts.computingMs(holder)).toBe(40);
    expect(accounts.computingMs(other)).toBe(0);
  });

  test('share time whose owner is not known equally', () => {
    const requests = [start(), start(), start(), start()];
    compute(40);
    accounts.settle(undefined, 4);
    expect(requests.map(request => accounts.computingMs(request))).toEqual([10, 10, 10, 10]);
  });

  test('give nobody the time of other work', () => {
    const request = start();
    compute(40);
    accounts.settle('other', 1);
    expect(accounts.computingMs(request)).toBe(0);
  });

  test('give a request no time from before its start: the rest is shared', () => {
    const early = start();
    compute(30);
    const late = start();
    compute(10);
    accounts.settle(late, 2);
    expect(accounts.computingMs(late)).toBe(10);
    expect(accounts.computingMs(early)).toBe(15);
  });

  test('never give a request more than the loop was busy since its start', () => {
    compute(100);
    const late = start();
    compute(5);
    accounts.settle(undefined, 1);
    expect(accounts.computingMs(late)).toBe(5);
  });

  test('keep what a request had when later time is settled for others', () => {
    const first = start();
    compute(20);
    accounts.settle(first, 1);
    const second = start();
    compute(30);
    accounts.settle(second, 2);
    expect(accounts.computingMs(first)).toBe(20);
    expect(accounts.computingMs(second)).toBe(30);
  });

  test("leave the agent's own work out of the busy time", () => {
    const request = start();
    compute(40);
    accounts.discount(15);
    expect(accounts.settle(undefined, 1).busyMs).toBe(25);
    expect(accounts.computingMs(request)).toBe(25);
  });

  test('do not go below zero when more is discounted than was busy', () => {
    const request = start();
    wait(40);
    accounts.discount(15);
    expect(accounts.settle(request, 1).busyMs).toBe(0);
    expect(accounts.computingMs(request)).toBe(0);
  });
});
