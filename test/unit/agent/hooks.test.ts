import { describe, expect, test } from 'vitest';
import { Hooks, replaceMethod } from '../../../sidecar/agent/hooks';

class Base {
  greet(name: string): string {
    return `hello ${name}`;
  }
}
class Derived extends Base {}

const louder = (original: Base['greet']) =>
  function greet(this: Base, name: string): string {
    return `${original.call(this, name)}!`;
  };

describe('replacing a method', () => {
  test('puts the replacement in front of it', () => {
    const object = new Base();
    replaceMethod(object, 'greet', louder);
    expect(object.greet('you')).toBe('hello you!');
  });

  test('of its own puts exactly that property back', () => {
    const greet = (name: string) => name;
    const object = Object.defineProperty({} as Base, 'greet', { value: greet, enumerable: false, configurable: true });
    const before = Object.getOwnPropertyDescriptor(object, 'greet');
    const undo = replaceMethod(object, 'greet', louder);
    expect(undo()).toBe(true);
    expect(Object.getOwnPropertyDescriptor(object, 'greet')).toEqual(before);
    expect(object.greet).toBe(greet);
  });

  test.each([true, false])('keeps it enumerable or not while it is replaced (%s)', enumerable => {
    const object = Object.defineProperty({} as Base, 'greet', {
      value: (name: string) => name,
      enumerable,
      configurable: true,
    });
    replaceMethod(object, 'greet', louder);
    expect(Object.keys(object)).toEqual(enumerable ? ['greet'] : []);
  });

  test('that is inherited leaves no property behind', () => {
    const undo = replaceMethod(Derived.prototype, 'greet', louder);
    expect(new Derived().greet('you')).toBe('hello you!');
    expect(undo()).toBe(true);
    expect(Object.hasOwn(Derived.prototype, 'greet')).toBe(false);
    expect(new Derived().greet('you')).toBe('hello you');
  });

  test('keeps out when somebody has built on it since', () => {
    const object = new Base();
    const undo = replaceMethod(object, 'greet', louder);
    const ours = object.greet;
    const theirs = (name: string) => ours.call(object, name).toUpperCase();
    object.greet = theirs;
    expect(undo()).toBe(false);
    expect(object.greet).toBe(theirs);
  });

  test('twice is undone altogether by the later one, when the earlier one had to stay', () => {
    const object = new Base();
    const first = replaceMethod(object, 'greet', louder);
    const second = replaceMethod(object, 'greet', louder);
    expect(first()).toBe(false);
    expect(second()).toBe(true);
    expect(Object.hasOwn(object, 'greet')).toBe(false);
  });

  test('fails on a frozen object and leaves it as it is', () => {
    const object = Object.freeze(new Base());
    expect(() => replaceMethod(object, 'greet', louder)).toThrow(TypeError);
    expect(object.greet('you')).toBe('hello you');
  });
});

describe('the hooks', () => {
  test('tell of each what became of it', () => {
    const hooks = new Hooks();
    hooks.install('a', () => () => true);
    hooks.install('b', () => 'there is no b');
    hooks.install('c', () => {
      throw new TypeError('c is frozen');
    });
    expect(hooks.states).toEqual([
      { name: 'a', state: 'installed' },
      { name: 'b', state: 'notNeeded', detail: 'there is no b' },
      { name: 'c', state: 'failed', detail: 'TypeError: c is frozen' },
    ]);
  });

  test('are taken out the newest first, whatever one of them does', () => {
    const hooks = new Hooks();
    const order: string[] = [];
    const undo = (name: string, result: () => boolean) => () => {
      order.push(name);
      return result();
    };
    hooks.install('a', () => undo('a', () => true));
    hooks.install('b', () =>
      undo('b', () => {
        throw new Error('b cannot be taken out');
      }),
    );
    hooks.install('c', () => undo('c', () => false));
    expect(hooks.undoAll()).toEqual({ undone: ['a'], kept: ['c', 'b'] });
    expect(order).toEqual(['c', 'b', 'a']);
  });

  test('are taken out once, and told of each time', () => {
    const hooks = new Hooks();
    let undone = 0;
    hooks.install('a', () => () => {
      undone += 1;
      return true;
    });
    hooks.undoAll();
    expect(hooks.undoAll()).toEqual({ undone: ['a'], kept: [] });
    expect(undone).toBe(1);
  });
});
