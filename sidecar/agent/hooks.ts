/** Everything the agent changes in the app goes through here, so that all of it can be told and taken back. */
import type { HookState } from './reports';

/** Takes a hook out again. Returns false when somebody else built on it since, so that it had to stay, inert. */
export type Undo = () => boolean;

export class Hooks {
  readonly states: HookState[] = [];
  private readonly undos: { name: string; undo: Undo }[] = [];
  private readonly undone: string[] = [];
  private readonly kept: string[] = [];

  /**
   * @param name what it hooks, for people
   * @param put puts the hook in; returns how to take it out, or a sentence that says why it is not needed
   */
  install(name: string, put: () => Undo | string): void {
    try {
      const undo = put();
      if (typeof undo === 'string') {
        this.states.push({ name, state: 'notNeeded', detail: undo });
        return;
      }
      this.undos.push({ name, undo });
      this.states.push({ name, state: 'installed' });
    } catch (error) {
      this.states.push({ name, state: 'failed', detail: String(error) });
    }
  }

  /** Takes all hooks out, the newest first. @returns the names of all that were taken out so far, and of the others */
  undoAll(): { undone: string[]; kept: string[] } {
    const { undone, kept } = this;
    // One by one: when a time-out of the app's own stops this in the middle, the next call goes on where it was.
    for (let last = this.undos.at(-1); last !== undefined; last = this.undos.at(-1)) {
      const { name, undo } = last;
      try {
        (undo() ? undone : kept).push(name);
      } catch {
        kept.push(name);
      }
      this.undos.pop();
    }
    return { undone, kept };
  }
}

/**
 * Where a replacement that had to stay keeps its `Undo`, for whoever built on it: that is mostly the agent of another
 * editor, which takes it out when it leaves itself.
 */
const LEFT_BEHIND = Symbol.for('introspector.leftBehind');

/**
 * Puts a method in front of the one an object has or inherits.
 *
 * @param object whose method is replaced
 * @param name of the method
 * @param make gets the original and returns the replacement, which must behave like it
 * @returns how to put the object back as it was
 */
export function replaceMethod<T extends object, K extends keyof T & string>(
  object: T,
  name: K,
  make: (original: T[K]) => T[K],
): Undo {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const original = object[name];
  const replacement = make(original);
  Object.defineProperty(object, name, {
    value: replacement,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  });
  return undo;

  function undo(): boolean {
    if (object[name] !== replacement) {
      Object.defineProperty(replacement, LEFT_BEHIND, { value: undo, configurable: true });
      return false;
    }
    if (before) Object.defineProperty(object, name, before);
    else Reflect.deleteProperty(object, name);
    (object[name] as { [LEFT_BEHIND]?: Undo } | undefined)?.[LEFT_BEHIND]?.();
    return true;
  }
}
