import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  capture,
  hasOwnCode,
  isOwnCode,
  materialise,
  restoreBorrowed,
  type StackHolder,
  spelledOut,
} from '../../../sidecar/agent/stacks';

const THIS_FILE = /test\/unit\/agent\/stacks\.test\.ts$/;

function innermost(limit: number): StackHolder {
  return capture(limit);
}

function recurse(depth: number, limit: number): StackHolder {
  return depth === 0 ? innermost(limit) : recurse(depth - 1, limit);
}

async function outerAsync(): Promise<StackHolder> {
  return await innerAsync();
}

async function innerAsync(): Promise<StackHolder> {
  await Promise.resolve();
  return innermost(40);
}

describe('a stack', () => {
  const properties = ['stackTraceLimit', 'prepareStackTrace'] as const;
  let before: (PropertyDescriptor | undefined)[];

  beforeEach(() => {
    before = properties.map(name => Object.getOwnPropertyDescriptor(Error, name));
  });

  afterEach(() => {
    for (const [index, name] of properties.entries()) {
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(Error, name, descriptor);
      else Reflect.deleteProperty(Error, name);
    }
  });

  test('starts with the caller and has the positions V8 sees', () => {
    const [first, second] = materialise(innermost(40));
    expect(first).toMatchObject({ functionName: 'innermost', file: expect.stringMatching(THIS_FILE), isAsync: false });
    expect(second).toMatchObject({ file: expect.stringMatching(THIS_FILE) });
    expect(first?.line).toBeGreaterThan(0);
    expect(first?.column).toBeGreaterThan(0);
  });

  test('has as many frames as were asked for, though the app keeps fewer', () => {
    Error.stackTraceLimit = 3;
    expect(materialise(recurse(50, 40))).toHaveLength(40);
    expect(materialise(recurse(50, 41))).toHaveLength(41);
    expect(Error.stackTraceLimit).toBe(3);
  });

  test('follows the callers that await', async () => {
    const frames = materialise(await outerAsync()).filter(({ file }) => THIS_FILE.test(file));
    expect(frames.slice(0, 3).map(({ functionName, isAsync }) => [functionName, isAsync])).toEqual([
      ['innermost', false],
      ['innerAsync', false],
      ['outerAsync', true],
    ]);
  });

  test('names built-ins by their type', () => {
    const [holder] = [1].map(() => innermost(40));
    const names = materialise(holder ?? {}).map(({ functionName }) => functionName);
    expect(names).toContain('Array.map');
  });

  test.each(['a formatter', 'no formatter'])('is taken and spelled out without a trace in Error: %s', formatter => {
    if (formatter === 'no formatter') Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = () => 'formatted by the app';
    const descriptors = () => properties.map(name => Object.getOwnPropertyDescriptor(Error, name));
    const untouched = descriptors();
    materialise(innermost(40));
    expect(descriptors()).toEqual(untouched);
  });

  test("does not run the app's own prepareStackTrace, which stays in place", () => {
    let ran = 0;
    const own = () => {
      ran += 1;
      return 'formatted by the app';
    };
    Error.prepareStackTrace = own;
    expect(materialise(innermost(40))[0]?.functionName).toBe('innermost');
    expect(ran).toBe(0);
    expect(Error.prepareStackTrace).toBe(own);
    expect(new Error('x').stack).toBe('formatted by the app');
  });

  test('is as deep as the app has it when the limit is frozen', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true });
    expect(materialise(recurse(50, 40))).toHaveLength(5);
    expect(Error.stackTraceLimit).toBe(5);
  });

  test('is empty when the formatter is frozen', () => {
    const formatter = (_error: Error, sites: NodeJS.CallSite[]) => sites.length;
    Object.defineProperty(Error, 'prepareStackTrace', { value: formatter, writable: false, configurable: true });
    const holder = innermost(40);
    // Without `configurable` it could not be put back after this test; a seal by the app shows the same to the agent.
    const defineProperty = Reflect.defineProperty;
    Reflect.defineProperty = () => false;
    try {
      expect(materialise(holder)).toEqual([]);
    } finally {
      Reflect.defineProperty = defineProperty;
    }
    expect(Error.prepareStackTrace).toBe(formatter);
  });

  test('is spelled out once', () => {
    const holder = innermost(40);
    const frames = materialise(holder);
    expect(materialise(holder)).toBe(frames);
    expect(holder.stack).toBeUndefined();
  });

  test('has no line below 0, though a script may be told to count from there', () => {
    const call: (take: () => StackHolder) => StackHolder = runInThisContext('take => take()', {
      filename: '/srv/app/template.js',
      lineOffset: -10,
      columnOffset: -5,
    });
    const frame = materialise(call(() => innermost(40))).find(({ file }) => file === '/srv/app/template.js');
    expect(frame).toMatchObject({ line: 0, column: expect.any(Number) });
    expect(frame?.column).toBeGreaterThanOrEqual(0);
  });

  test('has names of 200 characters and files of 1,000 at the most', () => {
    const name = 'f'.repeat(201);
    const call: (take: () => StackHolder) => StackHolder = runInThisContext(
      `(function ${name}(take) { return take(); })`,
      {
        filename: `/${'d'.repeat(1_000)}`,
      },
    );
    const frame = materialise(call(() => innermost(40))).find(({ file }) => file.startsWith('/ddd'));
    expect(frame?.functionName).toBe('f'.repeat(200));
    expect(frame?.file).toBe(`/${'d'.repeat(999)}`);
  });
});

describe('a time-out of the app that ends our code in the middle', () => {
  /** Neither `catch` nor `finally` of what runs is executed. */
  function ended(run: () => void): void {
    Reflect.set(globalThis, 'toBeEnded', run);
    expect(() => runInThisContext('toBeEnded()', { timeout: 50 })).toThrow('timed out');
    Reflect.deleteProperty(globalThis, 'toBeEnded');
  }

  const neverRead = {
    get stack() {
      for (;;);
    },
  };

  test('leaves the app’s errors as they are', () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const mine = () => 'formatted by the app';
    try {
      for (const formatter of [undefined, mine]) {
        Reflect.set(Error, 'prepareStackTrace', formatter);
        ended(() => spelledOut(neverRead));
        const { stack } = new Error('of the app');
        expect(stack).toMatch(
          formatter ? /^formatted by the app$/ : /^Error: of the app\n {4}at .*stacks\.test\.ts:\d+:\d+/,
        );
        expect(Error.prepareStackTrace).toBe(formatter);
      }
    } finally {
      if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
      else Reflect.deleteProperty(Error, 'prepareStackTrace');
    }
  });

  test('changes nothing of what is read later', () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    ended(() => spelledOut(neverRead));
    expect(materialise(innermost(40))[0]).toMatchObject({ functionName: 'innermost' });
    expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')).toEqual(before);
  });

  test('leaves nothing after a detach', () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    ended(() => spelledOut(neverRead));
    restoreBorrowed();
    expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')).toEqual(before);
  });
});

describe('code of the app itself', () => {
  const frame = (file: string) => ({ functionName: 'f', file, line: 1, column: 1, isAsync: false });

  test.each([
    ['/srv/app/orders.js', true],
    ['file:///srv/app/orders.mjs', true],
    ['C:\\app\\orders.js', true],
    ['', false],
    ['node:fs', false],
    ['node:internal/timers', false],
    ['wasm://wasm/1234', false],
    ['evalmachine.<anonymous>', false],
    ['/srv/app/node_modules/pg/client.js', false],
    ['C:\\app\\node_modules\\pg\\client.js', false],
  ])('in %j: %s', (file, expected) => {
    expect(isOwnCode(frame(file))).toBe(expected);
    expect(hasOwnCode([frame('node:fs'), frame(file)])).toBe(expected);
  });

  test('is not in a stack without frames', () => {
    expect(hasOwnCode([])).toBe(false);
  });
});
