import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientConnection, ServerConnection } from '../../../sidecar/protocol/connection';
import { Outbox } from '../../../sidecar/server/outbox';
import { eventually } from '../../support/eventually';
import { idleClient, idleServer } from '../protocol/handlers';
import { openWire, type Wire } from '../protocol/wire';
import { slowRequest } from '../samples';

const FULL_BYTES = 4 * 1024 * 1024;
/** The kernel takes some megabytes before anything has to wait. */
const MAX_EVENTS = 200;
const BIG_NOTE = 'x'.repeat(512 * 1024);

describe('the events for a client', () => {
  let wire: Wire;
  let outbox: Outbox;
  let requestIds: string[];
  let requestsSeen: number[];

  beforeEach(async () => {
    wire = await openWire();
    requestIds = [];
    requestsSeen = [];
    const fail = (problem: string) => {
      throw new Error(problem);
    };
    new ClientConnection(
      wire.clientEnd,
      {
        ...idleClient,
        slowRequest: ({ id }) => requestIds.push(id),
        targetStats: stats => requestsSeen.push(stats.requestsSeen),
      },
      fail,
    );
    outbox = new Outbox(wire.serverEnd, new ServerConnection(wire.serverEnd, idleServer, fail));
  });

  afterEach(() => wire.close());

  function postStats(seen: number, targetId = 't1'): void {
    const stats = { targetId, requestsSeen: seen, requestsInFlight: 0, slowRequests: 0, ignored: [], agentCpuShare: 0 };
    outbox.post('targetStats', stats, targetId);
  }

  /** @returns how many events it took until the client's not reading shows */
  async function fill(): Promise<number> {
    wire.client.pause();
    for (let count = 0; count < MAX_EVENTS; count += 1) {
      if (wire.serverEnd.bufferedBytes >= FULL_BYTES) return count;
      const id = `big ${count}`;
      outbox.post('slowRequest', slowRequest({ id, notes: [BIG_NOTE] }), id);
      await turn();
    }
    throw new Error(`${MAX_EVENTS} events did not fill the connection`);
  }

  test('all arrive, in their order, while it reads', async () => {
    for (let seen = 1; seen <= 100; seen += 1) postStats(seen);
    await eventually('all events', () => requestsSeen.length === 100);
    expect(requestsSeen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('wait while it does not read, and of those about one thing only the newest is kept', async () => {
    const sent = await fill();
    for (let seen = 1; seen <= 50; seen += 1) postStats(seen);
    postStats(7, 't2');
    const waitingBytes = wire.serverEnd.bufferedBytes;
    await turn();
    expect(wire.serverEnd.bufferedBytes).toBe(waitingBytes);
    wire.client.resume();
    await eventually('what waited', () => requestsSeen.length >= 2);
    expect(requestsSeen).toEqual([50, 7]);
    expect(requestIds).toEqual(Array.from({ length: sent }, (_, index) => `big ${index}`));
  });

  test('go out at once again when those that waited are gone', async () => {
    await fill();
    postStats(1);
    wire.client.resume();
    await eventually('what waited', () => requestsSeen.length === 1);
    postStats(2);
    postStats(3);
    await eventually('the rest', () => requestsSeen.length === 3);
    expect(requestsSeen).toEqual([1, 2, 3]);
  });

  test('are no error when it is gone', async () => {
    await fill();
    postStats(1);
    const gone = new Promise<void>(resolve => wire.serverEnd.onClose(resolve));
    wire.client.terminate();
    await gone;
    expect(() => postStats(2)).not.toThrow();
    expect(requestsSeen).toEqual([]);
  });
});
