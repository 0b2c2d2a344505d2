/** Interrupts in an app that is at work: nothing of the others' requests is lost, and nothing is left of two hundred. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Interruption } from '../../sidecar/protocol/interruptionValues';
import { eventually } from '../support/eventually';
import { type NodeVersion, nodeVersion, nodeVersions } from '../support/nodeVersions';
import { type Answer, type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

/** 50 requests a second. */
const LOAD_BEAT_MS = 20;
/** Sent before the guilty request, and again after its end. */
const LOAD_AROUND = 60;
const ANSWERED_WITHIN_MS = 500;

const INTERRUPTS = 200;
/** What is compiled, and what caches grow to, is no leak. */
const WARM_UP = 20;
const MAX_GROWTH_BYTES = 3_000_000;
const ROUNDS = 4;
const REQUESTS_PER_ROUND = 300;
const CONCURRENCY = 10;
/** Others use the machine, too. */
const MIN_THROUGHPUT_RATIO = 0.6;

const versions = nodeVersions.filter(({ major }) => major >= 20);
const soaked = versions.filter(({ major }) => major === 20 || major === 24);

let app: SampleApp | undefined;
let sidecar: TestSidecar | undefined;
let load: Load | undefined;

afterEach(async () => {
  load?.stop();
  load = undefined;
  await sidecar?.stop();
  sidecar = undefined;
  await app?.stop();
  app = undefined;
});

async function watched(node: NodeVersion, thresholdMs: number, options: AppOptions = {}) {
  app = await SampleApp.start('stopped/server.js', { node, ...options });
  sidecar = await TestSidecar.start();
  await sidecar.attach({ pid: app.pid }, thresholdMs);
  return { app, sidecar };
}

/** GETs of /innocent, each on a connection of its own, that are sent on time whether those before are answered or not. */
class Load {
  readonly answers: Promise<Answer | Error>[] = [];
  private readonly startedMs = performance.now();
  private readonly timer = setInterval(() => this.catchUp(), LOAD_BEAT_MS / 2);

  constructor(private readonly app: SampleApp) {}

  get sent(): number {
    return this.answers.length;
  }

  get perSecond(): number {
    return (this.sent * 1_000) / (performance.now() - this.startedMs);
  }

  /** Fulfilled when so many more have been sent. */
  async more(count: number): Promise<void> {
    const goal = this.sent + count;
    await eventually(`${goal} innocent requests to be sent`, () => this.sent >= goal);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private catchUp(): void {
    const due = (performance.now() - this.startedMs) / LOAD_BEAT_MS;
    while (this.sent < due) this.answers.push(this.app.get('/innocent').catch((error: Error) => error));
  }
}

interface Outcome {
  interruption: Interruption;
  status: number;
  /** From the order to the head of the client's answer. */
  answeredAfterMs: number;
}

/** Sends a guilty request, waits until it is told of as running, and orders its end. */
async function interrupted(app: SampleApp, sidecar: TestSidecar, url: string): Promise<Outcome> {
  const { answering, answer } = app.open(url);
  const { value } = await sidecar.waitFor('slowRequest', told => told.url === url && told.state.state === 'running');
  const orderedMs = performance.now();
  const [{ interruption }, answeredMs] = await Promise.all([
    sidecar.request('interruptRequest', { slowRequestId: value.id }),
    answering.then(() => performance.now()),
  ]);
  return { interruption, status: (await answer).status, answeredAfterMs: answeredMs - orderedMs };
}

async function expectNobodyElseHit(node: NodeVersion, path: string): Promise<void> {
  const { app, sidecar } = await watched(node, 200);
  const innocent = new Load(app);
  load = innocent;
  await innocent.more(LOAD_AROUND);
  const { interruption, status, answeredAfterMs } = await interrupted(app, sidecar, path);
  await innocent.more(LOAD_AROUND);
  const perSecond = innocent.perSecond;
  innocent.stop();
  const answers = await Promise.all(innocent.answers);
  console.log(
    `Node ${node.major} ${path}: 503 after ${answeredAfterMs.toFixed(0)} ms, serves after ` +
      `${interruption.servesAfterMs?.toFixed(0)} ms, blocked ${interruption.blockedMs.toFixed(0)} ms; ` +
      `${answers.length} innocent at ${perSecond.toFixed(0)} a second`,
  );
  expect(status).toBe(503);
  expect(interruption).toMatchObject({ kind: 'interrupted', answer: 'sent503', notes: [] });
  expect(answers.filter(answer => !isOk(answer))).toEqual([]);
  expect(answeredAfterMs).toBeLessThan(ANSWERED_WITHIN_MS);
  expect(app.stderr).not.toMatch(/Error|Warning/);
}

function isOk(answer: Answer | Error): boolean {
  return !(answer instanceof Error) && answer.status === 200 && answer.body === 'ok';
}

describe.each(versions)('among 50 innocent requests a second on Node $major', node => {
  test.each(['/spin', '/regexp', '/recursion'])('%s alone is stopped, and each of the others is answered', path =>
    expectNobodyElseHit(node, path),
  );
});

test('among 50 innocent requests a second one that runs after an await alone is stopped', () =>
  expectNobodyElseHit(nodeVersion(24), '/await'));

interface AppState {
  heapUsed: number;
  /** Kinds, sorted; without the connections of whoever asks. */
  resources: string[];
}

/** @returns what is in the app when it has come to rest: the smallest of several looks */
async function stateOf(app: SampleApp): Promise<AppState> {
  const states: AppState[] = [];
  while (states.length < 3) {
    const { heapUsed, resources }: AppState = JSON.parse((await app.get('/state')).body);
    states.push({ heapUsed, resources: resources.filter(kind => kind !== 'TCPSocketWrap').sort() });
    await delay(10);
  }
  const smallest = states.sort((a, b) => a.heapUsed - b.heapUsed)[0];
  if (smallest === undefined) throw new Error('no state');
  return smallest;
}

/** @returns requests per second in the best of several rounds */
async function throughput(app: SampleApp): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let left = REQUESTS_PER_ROUND;
    const startedMs = performance.now();
    const client = async () => {
      while (left > 0) {
        left -= 1;
        expect(await app.get('/innocent')).toEqual({ status: 200, body: 'ok' });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, client));
    best = Math.max(best, (REQUESTS_PER_ROUND * 1_000) / (performance.now() - startedMs));
  }
  return best;
}

describe.each(soaked)('200 interrupts in a row on Node $major', node => {
  test('leave heap, handles and throughput as they were', async () => {
    const { app, sidecar } = await watched(node, 50, { nodeOptions: ['--expose-gc'] });
    const paths = ['/spin', '/timer', '/await'];
    let done = 0;
    const interruptUntil = async (count: number) => {
      for (; done < count; done += 1) {
        const { interruption, status } = await interrupted(app, sidecar, `${paths[done % paths.length]}?${done}`);
        expect(status).toBe(503);
        expect(interruption).toMatchObject({ kind: 'interrupted', answer: 'sent503', notes: [] });
      }
    };
    const perSecondBefore = await throughput(app);
    const startedMs = performance.now();
    await interruptUntil(WARM_UP);
    const before = await stateOf(app);
    await interruptUntil(INTERRUPTS);
    const eachMs = (performance.now() - startedMs) / INTERRUPTS;
    const after = await stateOf(app);
    const perSecondAfter = await throughput(app);
    console.log(
      `Node ${node.major}: ${eachMs.toFixed(0)} ms each; heap ${before.heapUsed} B, then ${after.heapUsed} B; ` +
        `${perSecondBefore.toFixed(0)} requests a second, then ${perSecondAfter.toFixed(0)}; [${after.resources}]`,
    );
    expect(after.heapUsed - before.heapUsed).toBeLessThan(MAX_GROWTH_BYTES);
    expect(after.resources).toEqual(before.resources);
    expect(perSecondAfter / perSecondBefore).toBeGreaterThan(MIN_THROUGHPUT_RATIO);
    expect(app.stderr).not.toMatch(/Error|Warning/);
  }, 240_000);
});
