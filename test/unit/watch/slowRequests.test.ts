import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestReport } from '../../../sidecar/agent/reports';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { FrameResolver } from '../../../sidecar/sources/frames';
import { SlowRequestAssembler } from '../../../sidecar/watch/slowRequests';
import { frame, slowRequest } from '../samples';
import { evidence, NOW_MS, pending, raw, report } from './agentSamples';

describe('a slow request', () => {
  let assembler: SlowRequestAssembler;
  let remembered: Map<number, SlowRequest>;

  beforeEach(() => {
    remembered = new Map();
    assembler = new SlowRequestAssembler(new FrameResolver(), {
      idPrefix: 't1',
      targetId: 't1',
      app: { name: 'server.js', workingDirectory: '/srv/shop' },
      hungMs: () => 25_000,
      requestByNumber: requestNumber => remembered.get(requestNumber),
    });
  });

  const assemble = (changes: Partial<RequestReport>, atMs = NOW_MS) =>
    assembler.assemble(report(changes), { atMs, inFlight: [], requestsInFlight: 1 });

  test('carries what the agent said, and an id of its own', async () => {
    expect(await assemble({ victims: 2, longestBlockMs: 40 })).toMatchObject({
      id: 't1:5',
      targetId: 't1',
      requestNumber: 5,
      method: 'GET',
      url: '/orders?user=7',
      route: '/orders',
      thresholdMs: 500,
      victims: 2,
      longestBlockMs: 40,
      state: { state: 'running' },
    });
  });

  test.each([
    [{ kind: 'finished', statusCode: 503 } as const, { state: 'finished', statusCode: 503 }],
    [{ kind: 'aborted' } as const, { state: 'aborted' }],
  ])('that ended as %j is %j', async (end, state) => {
    expect((await assemble({ end })).state).toEqual(state);
  });

  test.each([
    [0, 0, 1_000, 'waiting'],
    [500, 0, 500, 'waiting'],
    [501, 0, 499, 'computing'],
    [0, 500, 500, 'waiting'],
    [0, 501, 499, 'heldUp'],
    [400, 400, 200, 'computing'],
    [400, 401, 199, 'heldUp'],
    [700, 700, 0, 'computing'],
  ])(
    'with %i ms computing and %i ms held up has %i ms waiting: %s',
    async (computingMs, heldUpMs, waitingMs, cause) => {
      const { time, cause: found } = await assemble({ computingMs, heldUpMs });
      expect(time).toEqual({ computingMs, heldUpMs, waitingMs });
      expect(found).toBe(cause);
    },
  );

  test('that computes shows the heaviest look, and what is pending beside it', async () => {
    const looks = [
      { frames: [raw(0, ''), raw(3)], weightMs: 9, count: 1 },
      { frames: [raw(4)], weightMs: 1, count: 1 },
    ];
    const found = await assemble({ computingMs: 900, evidence: evidence({ looks, waits: [pending(1, 8)] }) });
    expect(found.frames.map(({ line }) => line)).toEqual([0, 3]);
    expect(found).toMatchObject({ guiltyFrame: 1, notes: [] });
    expect(found.otherWaits.map(({ label }) => label)).toEqual(['data 1']);
  });

  test('whose own call was found by a later one says so', async () => {
    const looks = [{ frames: [raw(1, 'node:fs'), raw(3)], weightMs: 9, count: 1, calledFromAt: 1 }];
    const { notes } = await assemble({ computingMs: 900, evidence: evidence({ looks }) });
    expect(notes).toEqual([expect.stringContaining('The call from your own code is one that this request made')]);
  });

  test('that computes without a look says so and shows the last operation it started', async () => {
    const found = await assemble({ computingMs: 900, evidence: evidence({ lastWait: pending(1, 8) }) });
    expect(found.frames.map(({ line }) => line)).toEqual([8]);
    expect(found.notes).toEqual([
      'The event loop was busy, but no look found its JavaScript: it computes in many short pieces.',
    ]);
  });

  test('that waits shows the operation it was seen waiting for longest, and the others beside it', async () => {
    await assemble({ evidence: evidence({ waits: [pending(1, 8), pending(2, 9)] }) }, NOW_MS - 100);
    const found = await assemble({}, NOW_MS);
    expect(found.wait).toEqual({ kind: 'socket', label: 'data 1', durationMs: 700, frames: [] });
    expect(found.frames.map(({ line }) => line)).toEqual([8]);
    expect(found.otherWaits).toMatchObject([{ label: 'data 2', durationMs: 700, frames: [{ line: 9 }] }]);
    expect(found.notes).toEqual([]);
  });

  test('that waited for several operations of one place tells how many, the missing stack, and those left out', async () => {
    const noStack = { frames: [], label: 'data', stackMissing: 'the budget was used up' };
    await assemble({ evidence: evidence({ waits: [pending(1, 8, noStack)] }) }, NOW_MS - 100);
    const waits = [pending(2, 8, { ...noStack, startedAtMs: NOW_MS - 50 })];
    const found = await assemble({ evidence: evidence({ waits, waitsLeftOut: 3 }) });
    expect(found.wait).toMatchObject({ durationMs: 650, stackMissing: 'the budget was used up' });
    expect(found.notes).toEqual([
      'No stack of the operation: the budget was used up.',
      'Seen waiting here for 2 operations one after the other.',
      '3 more operations were not followed: too many at once.',
    ]);
    expect(found).not.toHaveProperty('guiltyFrame');
  });

  test('that waits for nothing that is known says what that means', async () => {
    const { frames, notes } = await assemble({});
    expect(frames).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^No pending I\/O.*it waits for a lock, a pool, a queue/)]);
    const withLast = await assemble({ evidence: evidence({ lastWait: pending(1, 8) }) });
    expect(withLast.frames.map(({ line }) => line)).toEqual([8]);
    expect(withLast.notes[0]).toMatch(/Shown is the last operation it started, which has ended: data 1\.$/);
  });

  test('that was held up shows the traceback of the request that held it up longest', async () => {
    remembered.set(8, slowRequest({ frames: [frame({ line: 33 })] }));
    const heldUpBy = [
      { requestNumber: 7, method: 'GET', route: '/a', durationMs: 100 },
      { requestNumber: 8, method: 'GET', route: '/b', durationMs: 800 },
    ];
    const found = await assemble({ heldUpMs: 900, heldUpBy });
    expect(found.frames).toEqual([frame({ line: 33 })]);
    expect(found.notes).toEqual(['The traceback is that of GET /b (request 8), which held the event loop.']);
    expect(found.heldUpBy).toEqual(heldUpBy);
  });

  test('that was held up by a request nobody remembers, or by other work, says that', async () => {
    const heldUpBy = [{ requestNumber: 8, method: 'GET', route: '/b', durationMs: 800 }];
    expect((await assemble({ heldUpMs: 900, heldUpBy })).notes).toEqual(['GET /b (request 8) held the event loop.']);
    expect(await assemble({ heldUpMs: 900 })).toMatchObject({
      frames: [],
      notes: ['The event loop was held by other work; which one was not seen.'],
    });
  });

  test('keeps its evidence until there is newer, its notes until it ends', async () => {
    assembler.note(5, 'The app stood at a breakpoint.');
    assembler.note(5, 'The app stood at a breakpoint.');
    await assemble({ evidence: evidence({ waits: [pending(1, 8)] }) }, NOW_MS - 100);
    const ended = await assemble({ end: { kind: 'aborted' } });
    expect(ended.wait?.label).toBe('data 1');
    expect(ended.notes).toEqual(['The app stood at a breakpoint.']);
    expect((await assemble({ computingMs: 0 })).notes).not.toContain('The app stood at a breakpoint.');
  });

  test('is remembered with its notes among 5,000; the oldest is forgotten for one more', async () => {
    for (let requestNumber = 1; requestNumber <= 5_000; requestNumber += 1) assembler.note(requestNumber, 'noted');
    expect((await assemble({ requestNumber: 1 })).notes).toContain('noted');
    assembler.note(5_001, 'noted');
    expect((await assemble({ requestNumber: 2 })).notes).toContain('noted');
    expect((await assemble({ requestNumber: 1 })).notes).not.toContain('noted');
  });
});
