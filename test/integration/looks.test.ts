import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { SlowRequest, Target } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const SLOW_MS = 3_500;
const THRESHOLD_MS = 300;

describe.each(nodeVersions)('looks at a slow request on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  let target: Target;

  beforeAll(async () => {
    app = await SampleApp.start('causes/server.js', { node, env: { SLOW_MS: String(SLOW_MS) } });
    sidecar = await TestSidecar.start();
    target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
  });

  afterEach(() => {
    sidecar.received.length = 0;
  });

  afterAll(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  const hung = (hungMs: number) =>
    sidecar.request('configure', {
      targetId: target.id,
      settings: { ...DEFAULT_WATCH_SETTINGS, thresholdMs: THRESHOLD_MS, hungMs },
    });

  /** Sends a request. @returns all that was told of it, oldest first, when it has ended */
  async function toldOf(path: string): Promise<SlowRequest[]> {
    await app.get(path);
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ url, state }) => url === path && state.state === 'finished',
    );
    return sidecar.events('slowRequest').flatMap(({ value: told }) => (told.id === value.id ? [told] : []));
  }

  test('come at the threshold and then every second; the same ones are folded', async () => {
    const told = await toldOf('/timer');
    const totals = [...new Set(told.map(lookCount))];
    expect(totals).toEqual(Array.from(totals, (_, index) => index + 1));
    expect(totals.length).toBeGreaterThanOrEqual(3);

    const ended = told.at(-1);
    expect(ended?.looks).toHaveLength(1);
    const [look] = ended?.looks ?? [];
    expect(look).toMatchObject({ cause: 'waiting', wait: 'timer of 3,500 ms', count: totals.length });
    expect(look?.frame).toMatchObject({ file: app.file, line: markedLine(app.file, 'SLOW: GET /timer') });
    expect(look?.atMs).toBeGreaterThanOrEqual(THRESHOLD_MS);
    const apartMs = (look?.sameForMs ?? 0) / (totals.length - 1);
    expect(apartMs).toBeGreaterThan(500);
    expect(apartMs).toBeLessThan(1_500);
    expect(ended?.lookShares).toEqual([
      { share: 1, looks: totals.length, cause: 'waiting', frame: look?.frame, wait: 'timer of 3,500 ms' },
    ]);
  });

  test('show both of a request that first computes and then waits, in this order', async () => {
    const ended = (await toldOf('/compute-then-wait')).at(-1);
    const computing = { file: app.file, line: markedLine(app.file, 'SLOW: GET /loop') };
    const waiting = { file: app.file, line: markedLine(app.file, 'SLOW: GET /compute-then-wait') };
    expect(ended?.looks).toMatchObject([
      { cause: 'computing', frame: computing },
      { cause: 'waiting', frame: waiting, wait: 'timer of 2,100 ms' },
    ]);
    expect(ended?.looks[0]).not.toHaveProperty('wait');
    expect(ended?.lookShares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(ended?.lookShares).toHaveLength(2);
  });

  test('come once more when the request is hung, which it stays', async () => {
    await hung(1_000);
    const told = await toldOf('/timer');
    await hung(DEFAULT_WATCH_SETTINGS.hungMs);
    const levels = told.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort().reverse());
    expect(new Set(levels)).toEqual(new Set(['slow', 'hung']));
    for (const { level, durationMs } of told) expect(level).toBe(durationMs >= 1_000 ? 'hung' : 'slow');
    const atHungLevel = told.find(({ level }) => level === 'hung');
    const before = told.findLast(({ level }) => level === 'slow');
    expect(lookCount(atHungLevel)).toBe(lookCount(before) + 1);
    const { text } = await sidecar.request('report', { slowRequestId: told[0]?.id ?? '', format: 'text' });
    expect(text).toMatch(/^Hung request: GET \/timer {10}answered 200 after /);
    expect(text).toMatch(
      /\n\nLooks\n +[\d,]+ ms {2}waiting {4}\S*server\.js:\d+ \S+ {2}timer of 3,500 ms {3}same for /,
    );
    expect(text).toMatch(/\n {2}100 % of \d looks: \S*server\.js:\d+ \S+\n/);
    expect(text).toMatch(/\nEnded: answered 200 after [\d,]+ ms$/);
  });

  test('count the other requests in flight', async () => {
    const others = [app.get('/timers-promises'), app.get('/timers-promises')];
    const { value } = await sidecar.waitFor(
      'slowRequest',
      ({ url, others: { count } }) => url === '/timers-promises' && count === 1,
    );
    expect(value.state.state).toBe('running');
    await Promise.all(others);
  });
});

function lookCount(slowRequest: SlowRequest | undefined): number {
  return slowRequest?.looks.reduce((sum, { count }) => sum + count, 0) ?? 0;
}
