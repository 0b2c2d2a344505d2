/** What is left when a process dies without a word: the app's or our own. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../sidecar/protocol/messages';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';
import { randomNumbers, seed } from '../unit/random';

const THRESHOLD_MS = 100;
/** Slow for longer than this when the process dies, it must be in the journal. */
const KNOWN_AFTER_MS = 300;
/** From the test's sending a request to the app's starting it, on a busy machine. */
const ON_THE_WAY_MS = 300;
const ROUNDS = 50;

type Journal = Result<'readJournal'>;

async function journalOf(sidecar: TestSidecar, pid: number): Promise<Journal> {
  const { journals } = await sidecar.request('listJournals', {});
  const journal = journals.find(({ target }) => target.pid === pid);
  if (journal === undefined) throw new Error(`no journal of process ${pid}`);
  return sidecar.request('readJournal', { file: journal.file });
}

describe('a killed app', () => {
  let sidecar: TestSidecar;
  let app: SampleApp;
  const random = randomNumbers(seed);

  beforeAll(async () => {
    console.log(`seed ${seed}`);
    sidecar = await TestSidecar.start();
  });

  afterAll(() => sidecar.stop());
  afterEach(() => app.stop());

  /** Sends requests that would take a minute. @returns path and time of each */
  const loads = {
    blocked: async () => [send('/busy')],
    waiting: async () => [send('/slow')],
    mixed: async () => {
      const parked = Array.from({ length: 199 }, (_, index) => send(index % 2 === 0 ? '/slow' : '/stream'));
      // What comes while the loop is blocked lies in the kernel: the app never gets it.
      await eventually('them in flight', () => sidecar.events('targetStats').at(-1)?.value.requestsInFlight === 199);
      return [...parked, send('/busy')];
    },
  };

  function send(path: string) {
    app.open(path).answer.catch(() => {});
    return { path, sentMs: performance.now() };
  }

  async function round(load: keyof typeof loads): Promise<void> {
    app = await SampleApp.start('watchdog/server.js', { env: { SLOW_MS: '60000' } });
    const target = await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
    const sent = await loads[load]();
    await delay(THRESHOLD_MS + KNOWN_AFTER_MS + ON_THE_WAY_MS + random(500));
    const killedMs = performance.now();
    app.signal('SIGKILL');
    await app.exited;
    await sidecar.waitFor(
      'targetChanged',
      event => event.target.id === target.id && event.target.state.state === 'gone',
    );
    const mustBeKnown = sent.filter(({ sentMs }) => killedMs - sentMs > THRESHOLD_MS + KNOWN_AFTER_MS + ON_THE_WAY_MS);
    expect(mustBeKnown.length).toBeGreaterThan(0);
    const journal = await eventually('the end of the journal', async () => {
      const read = await journalOf(sidecar, app.pid);
      return read.target.state.state === 'gone' && /ended|killed/.test(read.target.state.message) && read;
    });
    for (const path of new Set(mustBeKnown.map(each => each.path))) {
      const expected = mustBeKnown.filter(each => each.path === path).length;
      const known = journal.slowRequests.filter(({ route, frames }) => route === path && frames.length > 0);
      expect(known.length, `${path} in the journal of a ${load} app, seed ${seed}`).toBeGreaterThanOrEqual(expected);
    }
    expect(journal.problems).toEqual([]);
    expect(journal.target.state).toMatchObject({ report: expect.stringContaining('This is what it was doing.') });
  }

  test.each(['blocked', 'waiting', 'mixed'] as const)(
    'leaves every slow request it had in its journal, with its stack, when it was %s',
    { timeout: 300_000 },
    async load => {
      for (let count = 0; count < Math.ceil(ROUNDS / 3); count += 1) {
        await round(load);
        await app.stop();
      }
    },
  );
});

describe.each(nodeVersions)('on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  beforeAll(async () => {
    sidecar = await TestSidecar.start();
  });

  afterAll(() => sidecar.stop());
  afterEach(() => app.stop());

  async function endOf(how: (running: SampleApp) => unknown) {
    app = await SampleApp.start('causes/server.js', { node });
    const { id } = await sidecar.attach({ pid: app.pid });
    how(app);
    const gone = await sidecar.waitFor(
      'targetChanged',
      ({ target }) => target.id === id && target.state.state === 'gone',
    );
    return gone.value.target.state;
  }

  test('an end by signal is told from an exit', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGABRT'] as const) {
      const state = await endOf(running => running.signal(signal));
      expect(state).toMatchObject({ reason: 'killed' });
      expect(state).toMatchObject({
        message: expect.stringMatching(
          new RegExp(`\\[${app.pid}\\] was (ended by ${signal}\\.|killed or has crashed)`),
        ),
      });
    }
    const exited = (code: number) => ({
      reason: 'exited',
      message: `server.js [${app.pid}] has exited with code ${code}.`,
    });
    expect(await endOf(running => running.open('/exit'))).toEqual(expect.objectContaining(exited(7)));
    expect(await endOf(running => running.open('/crash'))).toEqual(expect.objectContaining(exited(1)));
  });
});

test('a killed sidecar leaves every fact in its journal that it had told', { timeout: 300_000 }, async () => {
  console.log(`seed ${seed}`);
  const random = randomNumbers(seed);
  const app = await SampleApp.start('watchdog/server.js', { env: { SLOW_MS: '500' } });
  const reader = await TestSidecar.start();
  try {
    for (let count = 0; count < 10; count += 1) {
      const sidecar = await TestSidecar.start();
      await sidecar.attach({ pid: app.pid }, THRESHOLD_MS);
      const sending = Array.from({ length: 20 }, () => app.get('/slow'));
      await sidecar.waitFor('slowRequest', () => true);
      await delay(random(1_000));
      const killedMs = performance.now();
      sidecar.kill('SIGKILL');
      await Promise.all(sending);
      const { slowRequests, problems } = await journalWrittenBy(reader, sidecar.pid);
      const told = sidecar.events('slowRequest').filter(({ atMs }) => atMs < killedMs - KNOWN_AFTER_MS / 2);
      for (const { value } of told) {
        const known = slowRequests.find(({ requestNumber }) => requestNumber === value.requestNumber);
        expect(known?.durationMs, `seed ${seed}`).toBeGreaterThanOrEqual(value.durationMs);
      }
      // A line may be torn by the kill, none else.
      expect(problems.length).toBeLessThanOrEqual(1);
      await sidecar.stop();
    }
  } finally {
    await reader.stop();
    await app.stop();
  }
});

async function journalWrittenBy(reader: TestSidecar, sidecarPid: number): Promise<Journal> {
  const journal = await eventually('the end of the sidecar', async () => {
    const { journals } = await reader.request('listJournals', {});
    return journals.find(({ file, isLive }) => !isLive && file.endsWith(`-${sidecarPid}.jsonl`));
  });
  return reader.request('readJournal', { file: journal.file });
}
