/** What interruptingcow has no cases for: promises, cleanups, async context, and what may go wrong inside. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { caught, compute, computeForEver, Inner, Outer, rejected, sleep, wait } from './busy.mjs';

/** @param {typeof import('../../../sidecar/timebox/timebox')} library */
export const beyond = ({ timebox, Quota, TimeboxError, StateError }) => ({
  'the default error has the budget, the time and the excess of a native call that lets nobody in': () => {
    const native = () => execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 200)']);
    const error = caught(() => timebox(20, native));
    assert(error instanceof TimeboxError);
    assert.equal(error.budgetMs, 20);
    assert(error.elapsedMs >= 200);
    assert.equal(error.overrunMs, error.elapsedMs - 20);
    assert.match(error.stack.split('\n')[1], /beyond\.mjs/);
  },
  'when inner and outer box expire in the same native call, the outer one wins, even over a catch in between': () => {
    const native = () => execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 200)']);
    const stubborn = () => {
      for (;;) {
        try {
          timebox(20, Inner, native);
        } catch {
          // As one that tries again for ever.
        }
      }
    };
    assert(caught(() => timebox(100, Outer, stubborn)) instanceof Outer);
  },
  'cleanups are called on every exit, the last given first': async () => {
    const calls = [];
    const body = end => box => {
      box.defer(() => calls.push('first'));
      box.defer(() => calls.push('second'));
      return end();
    };
    timebox(
      1_000,
      body(() => {}),
    );
    caught(() =>
      timebox(
        1_000,
        body(() => {
          throw new Error('its own');
        }),
      ),
    );
    caught(() => timebox(30, body(computeForEver)));
    await timebox(
      1_000,
      body(async () => {}),
    );
    await rejected(
      timebox(
        30,
        body(() => wait(10_000)),
      ),
    );
    assert.deepEqual(calls, Array(5).fill(['second', 'first']).flat());
  },
  'boxes within one that is stopped are cleaned up, and their quotas stop': () => {
    const calls = [];
    const quota = new Quota(10_000);
    let isFinallyRun = false;
    const innermost = box => {
      box.defer(() => calls.push('innermost'));
      try {
        computeForEver();
      } finally {
        isFinallyRun = true;
      }
    };
    const inner = box => {
      box.defer(() => calls.push('inner'));
      timebox(quota, innermost);
    };
    const outer = box => {
      box.defer(() => calls.push('outer'));
      timebox(5_000, inner);
    };
    assert(caught(() => timebox(50, Outer, outer)) instanceof Outer);
    assert.deepEqual(calls, ['innermost', 'inner', 'outer']);
    assert.equal(quota.running, false);
    assert.equal(isFinallyRun, false);
  },
  'a cleanup that throws keeps no other from being called, and its error is thrown if there is no other': () => {
    const calls = [];
    const body = box => {
      box.defer(() => calls.push('first'));
      box.defer(() => {
        throw new Error('a cleanup');
      });
      return calls;
    };
    assert.equal(caught(() => timebox(1_000, body)).message, 'a cleanup');
    assert.deepEqual(calls, ['first']);
    const own = caught(() =>
      timebox(1_000, box => {
        body(box);
        throw new Error('its own');
      }),
    );
    assert.equal(own.message, 'its own');
  },
  'a cleanup is refused when its box has ended': () => {
    let late;
    timebox(1_000, box => {
      late = box;
    });
    assert(caught(() => late.defer(() => {})) instanceof StateError);
  },
  'the stores of all async contexts are after an interrupt what they were before': async () => {
    const [one, other] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    const interrupt = () => {
      const dig = () => one.run('within', () => other.run('within', computeForEver));
      assert(caught(() => timebox(30, Inner, dig)) instanceof Inner);
      const enter = () => {
        one.enterWith('within');
        computeForEver();
      };
      assert(caught(() => timebox(30, Inner, enter)) instanceof Inner);
      const nest = () => one.run('within', () => timebox(5_000, () => other.run('deeper', computeForEver)));
      assert(caught(() => timebox(30, Inner, nest)) instanceof Inner);
      assert.deepEqual([one.getStore(), other.getStore()], ['before', undefined]);
    };
    one.run('before', interrupt);
    await one.run('before', async () => {
      await wait(1);
      interrupt();
      await wait(1);
      assert.equal(one.getStore(), 'before');
    });
    assert.equal(one.getStore(), undefined);
  },
  'code in a box sees the stores of its caller, before and after an await': async () => {
    const store = new AsyncLocalStorage();
    const body = async () => {
      assert.equal(store.getStore(), 'mine');
      await wait(1);
      assert.equal(store.getStore(), 'mine');
      timebox(1_000, () => assert.equal(store.getStore(), 'mine'));
    };
    await store.run('mine', () => timebox(10_000, body));
  },
  'what comes of a box after its time is dropped, errors too': async () => {
    const unhandled = [];
    const note = error => unhandled.push(error);
    process.on('unhandledRejection', note);
    const late = async () => {
      await wait(60);
      throw new Error('too late');
    };
    assert((await rejected(timebox(20, Inner, late))) instanceof Inner);
    await wait(100);
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  },
  'the signal is aborted with the error of the box, also of one around it, and finally runs': async () => {
    const reasons = [];
    let isFinallyRun = false;
    const inner = async ({ signal }) => {
      try {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      } finally {
        reasons.push(signal.reason);
        isFinallyRun = true;
      }
    };
    const error = await rejected(timebox(30, Outer, async () => timebox(5_000, Inner, inner)));
    await wait(1);
    assert(error instanceof Outer);
    assert.deepEqual(reasons, [error]);
    assert(isFinallyRun);
    let signal;
    await timebox(5_000, async box => {
      ({ signal } = box);
    });
    assert.equal(signal.aborted, false);
  },
  'a loop after an await is stopped by a box of its own when the time of the one around it is up': async () => {
    const body = async box => {
      await wait(1);
      assert(box.remainingMs() < 60);
      timebox(10_000, Inner, computeForEver);
    };
    assert((await rejected(timebox(60, Outer, body))) instanceof Outer);
    const shorter = async () => {
      await wait(1);
      return caught(() => timebox(20, Inner, computeForEver));
    };
    assert((await timebox(5_000, Outer, shorter)) instanceof Inner);
  },
  'the synchronous beginning of an async function is stopped, too': () => {
    const body = async () => computeForEver();
    assert(caught(() => timebox(30, Inner, body)) instanceof Inner);
  },
  'code that is stopped before it returns leaves no rejected promise behind': async () => {
    const unhandled = [];
    const note = error => unhandled.push(error);
    process.on('unhandledRejection', note);
    const abandoned = ({ signal }) => {
      void new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      computeForEver();
    };
    assert(caught(() => timebox(30, Inner, abandoned)) instanceof Inner);
    await wait(20);
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  },
  'boxes that race inside a box each keep their own time': async () => {
    const body = () =>
      Promise.all([
        rejected(timebox(30, Inner, () => wait(10_000))),
        timebox(5_000, Inner, () => wait(40)).then(() => 'in time'),
        timebox(8_000, async () => timebox(5_000, async () => 'nested')),
      ]);
    const [first, second, third] = await timebox(9_000, Outer, body);
    assert(first instanceof Inner);
    assert.deepEqual([second, third], ['in time', 'nested']);
    const all = () =>
      Promise.all([timebox(5_000, Inner, () => wait(10_000)), timebox(6_000, Inner, () => wait(10_000))]);
    assert((await rejected(timebox(40, Outer, all))) instanceof Outer);
  },
  'of 1,000 boxes at a time those expire that take too long, and no other': async () => {
    const boxes = Array.from({ length: 1_000 }, (_, index) =>
      index % 2 === 0
        ? timebox(30_000, async () => wait(5)).then(() => 'in time')
        : timebox(50, async () => wait(60_000 + index)).catch(error => error.constructor.name),
    );
    const ends = await Promise.all(boxes);
    assert.deepEqual(
      ends,
      ends.map((_, index) => (index % 2 === 0 ? 'in time' : 'TimeboxError')),
    );
  },
  'an error class whose constructor throws ends the box with its error as cause': async () => {
    class Broken extends Error {
      constructor() {
        super('broken');
        throw new SyntaxError('in the constructor');
      }
    }
    for (const error of [
      caught(() => timebox(30, Broken, computeForEver)),
      await rejected(timebox(30, Broken, () => wait(10_000))),
    ]) {
      assert(error instanceof TimeboxError);
      assert(error.cause instanceof SyntaxError);
    }
  },
  'an error class gets a message and a cause, a factory the error': () => {
    const error = caught(() => timebox(30, Inner, computeForEver));
    assert(error.cause instanceof TimeboxError);
    assert.equal(error.message, error.cause.message);
    assert.equal(
      caught(() => timebox(30, ({ budgetMs }) => `after ${budgetMs}`, computeForEver)),
      'after 30',
    );
  },
  'a generator runs outside of the box that returned it, its loop inside of one is stopped': async () => {
    function* numbers() {
      for (let number = 0; ; number += 1) yield number;
    }
    const generator = timebox(30, () => numbers());
    compute(50);
    assert.equal(generator.next().value, 0);
    const loop = () => {
      for (const _ of numbers());
    };
    assert(caught(() => timebox(30, Inner, loop)) instanceof Inner);
  },
  'an async generator runs outside of the box that returned it, its loop inside of one is ended': async () => {
    async function* ticks() {
      for (let tick = 0; ; tick += 1) {
        yield tick;
        await wait(5);
      }
    }
    const generator = timebox(30, () => ticks());
    await wait(50);
    assert.deepEqual(await generator.next(), { value: 0, done: false });
    const seen = [];
    const loop = async ({ signal }) => {
      for await (const tick of ticks()) {
        if (signal.aborted) return;
        seen.push(tick);
      }
    };
    assert((await rejected(timebox(60, Inner, loop))) instanceof Inner);
    const seenInTime = seen.length;
    await wait(30);
    assert.equal(seen.length, seenInTime);
  },
  'a promise of any kind makes a box wait, and a promise comes of it': async () => {
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: as the queries of some database libraries have it.
      then(resolve) {
        resolve('then');
      }
    }
    const promise = timebox(1_000, () => new Query());
    assert(promise instanceof Promise);
    assert.equal(await promise, 'then');
  },
  'time-outs of the code itself are not taken for those of the box': async () => {
    const vm = await import('node:vm');
    const own = () => vm.runInNewContext('for (;;);', {}, { timeout: 20 });
    assert.equal(caught(() => timebox(5_000, own)).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT');
    assert(caught(() => timebox(30, Inner, () => timebox(5_000, () => sleep()))) instanceof Inner);
  },
  'a box that somebody else has stopped is forgotten, its cleanups called': async () => {
    const vm = await import('node:vm');
    const calls = [];
    const quota = new Quota(60_000);
    const boxed = () =>
      timebox(quota, box => {
        box.defer(() => calls.push('cleanup'));
        computeForEver();
      });
    caught(() => vm.runInNewContext('boxed()', { boxed }, { timeout: 300 }));
    timebox(1_000, () => {});
    await wait(1);
    assert.deepEqual(calls, ['cleanup']);
    assert.equal(quota.running, false);
    assert(caught(() => timebox(30, Inner, computeForEver)) instanceof Inner);
  },
});
