/** interruptingcow's 18 cases, by what they say of behaviour. Budgets are far apart, so that a busy machine keeps their order. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { caught, compute, computeForEver, Inner, Outer, rejected, sleep, wait } from './busy.mjs';

/** @param {typeof import('../../../sidecar/timebox/timebox')} library */
export const rules = ({ timebox, timeboxed, Quota, TimeboxError }, format) => ({
  'a sleep longer than its box is stopped': () => {
    const startedMs = performance.now();
    assert(caught(() => timebox(50, () => sleep(20_000))) instanceof TimeboxError);
    assert(performance.now() - startedMs < 10_000);
  },
  'a regular expression that backtracks is stopped': () => {
    const evil = `${'a'.repeat(47)}!`;
    assert(caught(() => timebox(50, Inner, () => /(a+)+$/.test(evil))) instanceof Inner);
  },
  'a loop that never ends is stopped': () => {
    assert(caught(() => timebox(50, Inner, computeForEver)) instanceof Inner);
  },
  'a wait for something that never comes is stopped, asleep or awaited': async () => {
    assert(caught(() => timebox(50, Inner, () => sleep())) instanceof Inner);
    const silent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const read = async () => timebox(500, Inner, ({ signal }) => once(silent.stdout, 'data', { signal }));
      assert((await rejected(read())) instanceof Inner);
    } finally {
      silent.kill();
    }
  },
  'nothing comes later of a box that was left in time': async () => {
    assert.equal(
      timebox(50, () => 'done'),
      'done',
    );
    assert.equal(await timebox(50, async () => 'done'), 'done');
    compute(70);
    await wait(70);
  },
  'nothing comes later of nested boxes that were left in time': async () => {
    assert.equal(
      timebox(60, () => timebox(60, () => 'done')),
      'done',
    );
    assert.equal(await timebox(60, async () => timebox(60, async () => 'done')), 'done');
    compute(80);
    await wait(80);
  },
  'an inner box that expires throws its error only, and the outer one goes on': async () => {
    const body = () => {
      assert(caught(() => timebox(30, Inner, computeForEver)) instanceof Inner);
      return 'went on';
    };
    assert.equal(timebox(5_000, Outer, body), 'went on');
    const asyncBody = async () => {
      assert((await rejected(timebox(30, Inner, () => wait(10_000)))) instanceof Inner);
      return 'went on';
    };
    assert.equal(await timebox(5_000, Outer, asyncBody), 'went on');
  },
  'an outer box expires after its inner one was left in time': async () => {
    const body = () => {
      timebox(1_000, Inner, () => compute(1));
      computeForEver();
    };
    assert(caught(() => timebox(60, Outer, body)) instanceof Outer);
    const asyncBody = async () => {
      await timebox(1_000, Inner, () => wait(1));
      await wait(10_000);
    };
    assert((await rejected(timebox(60, Outer, asyncBody))) instanceof Outer);
  },
  'an inner box that may take longer than the outer one is stopped with the outer one, by its error': async () => {
    assert(caught(() => timebox(50, Outer, () => timebox(60, Inner, computeForEver))) instanceof Outer);
    const inner = () => timebox(60, Inner, () => wait(10_000));
    assert((await rejected(timebox(50, Outer, async () => inner()))) instanceof Outer);
  },
  'a budget that is none is refused before the code runs': () => {
    for (const budgetMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      assert(caught(() => timebox(budgetMs, () => assert.fail('it ran'))) instanceof RangeError, `${budgetMs}`);
    }
    assert.equal(
      timebox(2 ** 31 - 1, () => 'the longest'),
      'the longest',
    );
    assert.equal(caught(() => timebox('50', () => {})).name, 'TypeError');
  },
  'a box works in another thread as in the main one': async () => {
    const worker = new Worker(new URL(`worker.${format}`, import.meta.url));
    const [message] = await once(worker, 'message');
    assert.deepEqual(message, { sync: 'Inner', async: 'Inner', nested: 'Outer', scope: 'Inner' });
  },
  'a decorated method that takes too long throws the given error': async () => {
    class Page {
      render() {
        return timeboxed(50, Inner)(computeForEver, { kind: 'method', name: 'render' }).call(this);
      }
    }
    assert(caught(() => new Page().render()) instanceof Inner);
    const decorated = timeboxed(50, Inner)(() => wait(10_000), { kind: 'method', name: 'load' });
    assert((await rejected(decorated())) instanceof Inner);
  },
  'nothing comes later of a decorated method that was fast': async () => {
    const fast = timeboxed(50, Inner)(() => 'done', { kind: 'method', name: 'fast' });
    assert.equal(fast(), 'done');
    compute(70);
    await wait(70);
  },
  'what remains of a quota falls by the time it was used': () => {
    const quota = new Quota(5_000);
    timebox(quota, () => compute(60));
    assert(quota.remaining() <= 4_940);
    assert(quota.remaining() > 0);
  },
  'a quota that is used within its own use counts once': () => {
    const quota = new Quota(50_000);
    const startedMs = performance.now();
    timebox(quota, () => timebox(quota, () => timebox(quota, () => compute(60))));
    const usedMs = 50_000 - quota.remaining();
    assert(usedMs >= 60);
    assert(usedMs <= performance.now() - startedMs);
  },
  'time between the uses of a quota is not charged': () => {
    const quota = new Quota(10_000);
    timebox(quota, () => compute(10));
    const remainingMs = quota.remaining();
    compute(30);
    assert.equal(quota.remaining(), remainingMs);
    assert.equal(quota.running, false);
  },
  'a quota that is spent over several boxes stops the one in which it runs out': () => {
    const quota = new Quota(200);
    timebox(quota, () => compute(20));
    timebox(quota, () => compute(20));
    assert(caught(() => timebox(quota, Inner, computeForEver)) instanceof Inner);
    assert.equal(quota.remaining(), 0);
    assert.equal(caught(() => timebox(quota, () => assert.fail('it ran'))).budgetMs, 0);
  },
  'of nested quotas the outer one expires, the inner one is charged, and neither runs after it': () => {
    const [outer, inner] = [new Quota(50), new Quota(10_000)];
    assert(caught(() => timebox(outer, Outer, () => timebox(inner, Inner, computeForEver))) instanceof Outer);
    assert.deepEqual([outer.running, inner.running], [false, false]);
    assert.equal(outer.remaining(), 0);
    assert(inner.remaining() < 9_970);
  },
});
