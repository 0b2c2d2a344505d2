import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestReport } from '../../../sidecar/agent/reports';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { FrameResolver } from '../../../sidecar/sources/frames';
import { SlowRequestAssembler, type Surroundings } from '../../../sidecar/watch/slowRequests';
import { frame, slowRequest } from '../samples';
import { evidence, NOW_MS, pending, raw, report } from './agentSamples';

describe('a slow request', () => {
  let assembler: SlowRequestAssembler;
  let remembered: Map<number, SlowRequest>;
  let hungMs: number;

  beforeEach(() => {
    remembered = new Map();
    hungMs = 25_000;
    assembler = new SlowRequestAssembler(new FrameResolver(), {
      idPrefix: 't1',
      targetId: 't1',
      app: { script: '/nowhere/app.js', workingDirectory: '/nowhere' },
      hungMs: () => hungMs,
      requestByNumber: requestNumber => remembered.get(requestNumber),
    });
  });

  const assemble = (changes: Partial<RequestReport>, atMs = NOW_MS, around: Partial<Surroundings> = {}) =>
    assembler.assemble(report(changes), { atMs, requestsInFlight: 1, inFlight: [], ...around });

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

  test.each([
    [999, 'slow'],
    [1_000, 'hung'],
  ])('of %i ms is %s when requests of 1,000 ms are hung', async (durationMs, level) => {
    hungMs = 1_000;
    expect((await assemble({ durationMs })).level).toBe(level);
  });

  test('that is hung stays so when requests may take longer from then on', async () => {
    hungMs = 1_000;
    await assemble({ durationMs: 1_000 });
    hungMs = 5_000;
    expect((await assemble({ durationMs: 1_100 })).level).toBe('hung');
  });

  test('is looked at every second, also while its evidence is the same', async () => {
    await assemble({ durationMs: 500, evidence: evidence({ waits: [pending(1, 8)] }) });
    expect((await assemble({ durationMs: 1_499 })).looks).toMatchObject([{ count: 1 }]);
    const { looks, lookShares } = await assemble({ durationMs: 1_500 });
    expect(looks).toMatchObject([{ atMs: 500, sameForMs: 1_000, count: 2, cause: 'waiting', wait: 'data 1' }]);
    expect(looks[0]?.frame).toMatchObject({ line: 8 });
    expect(lookShares).toMatchObject([{ share: 1, looks: 2, cause: 'waiting', frame: { line: 8 } }]);
  });

  test('that first computes and then waits shows both in its looks', async () => {
    const looks = [{ frames: [raw(3)], weightMs: 450, count: 9 }];
    await assemble({ durationMs: 500, computingMs: 450, evidence: evidence({ looks }) });
    const later = [{ frames: [raw(3)], weightMs: 1_450, count: 29 }];
    await assemble({ durationMs: 1_500, computingMs: 1_450, evidence: evidence({ looks: later }) });
    const waits = [pending(1, 8)];
    await assemble({ durationMs: 2_400, computingMs: 1_450, evidence: evidence({ looks: later, waits }) });
    const found = await assemble({ durationMs: 2_500, computingMs: 1_450 });
    expect(found.cause).toBe('computing');
    expect(found.looks).toMatchObject([
      { cause: 'computing', frame: { line: 3 }, count: 2 },
      { cause: 'waiting', frame: { line: 8 }, wait: 'data 1', count: 1 },
    ]);
  });

  test('that computes elsewhere now is seen there, though most of its time went to another line', async () => {
    const first = { frames: [raw(3)], weightMs: 900, count: 9 };
    await assemble({ durationMs: 1_000, computingMs: 900, evidence: evidence({ looks: [first] }) });
    const second = { frames: [raw(4)], weightMs: 100, count: 2 };
    const now = { running: { requestNumber: 5, ranForMs: 10, cpuMs: 10, innermost: 'f' } };
    const changes = { durationMs: 2_000, computingMs: 1_000, evidence: evidence({ looks: [first, second] }) };
    expect((await assemble(changes, NOW_MS, now)).looks).toMatchObject([
      { cause: 'computing', frame: { line: 3 } },
      { cause: 'computing', frame: { line: 4 } },
    ]);
  });

  test('that was only heard of at its end was looked at once', async () => {
    const looks = [{ frames: [raw(3)], weightMs: 900, count: 9 }];
    const end = { kind: 'finished', statusCode: 200 } as const;
    const found = await assemble({ durationMs: 1_000, computingMs: 900, evidence: evidence({ looks }), end });
    expect(found.looks).toMatchObject([{ atMs: 1_000, cause: 'computing', frame: { line: 3 } }]);
  });

  test('tells at its end what it did since the look before, when that is half a second ago', async () => {
    const end = { kind: 'finished', statusCode: 200 } as const;
    const looks = [{ frames: [raw(3)], weightMs: 400, count: 9 }];
    for (const [durationMs, expected] of [
      [999, ['waiting']],
      [1_000, ['waiting', 'computing']],
    ] as const) {
      await assemble({ durationMs: 500, evidence: evidence({ waits: [pending(1, 8)] }) });
      const found = await assemble({ durationMs, computingMs: 400, evidence: evidence({ looks }), end });
      expect(found.looks.map(({ cause }) => cause)).toEqual(expected);
    }
  });

  test('names up to 5 others that were in flight at the newest look, the oldest first', async () => {
    const inFlight = [4, 5, 1, 2, 3, 6, 7].map(requestNumber => ({
      requestNumber,
      method: 'GET',
      route: `/${requestNumber}`,
      startedAtMs: NOW_MS - 1_000 + requestNumber,
    }));
    const found = await assemble({ durationMs: 500 }, NOW_MS, { requestsInFlight: 9, inFlight });
    expect(found.others.count).toBe(8);
    expect(found.others.shown.map(({ requestNumber }) => requestNumber)).toEqual([1, 2, 3, 4, 6]);
    expect(found.others.shown[0]).toEqual({ requestNumber: 1, method: 'GET', route: '/1', durationMs: 999 });
    expect((await assemble({ durationMs: 600 })).others.count).toBe(8);
    expect((await assemble({ durationMs: 1_500 })).others).toEqual({ count: 0, shown: [] });
  });
});
