/**
 * The one thing on `globalThis`: `vm.Script` and the inspector can only name what is there. Not enumerable, under a
 * symbol, and shared by all copies of the library in one thread, each of which uses it for a moment only.
 */
import { Script } from 'node:vm';

interface Slot {
  /** What the trampoline is to call. */
  pending?: (() => void) | undefined;
  /** From where it calls it. */
  frame?: { readonly arguments: unknown };
  exchange?: { subject: object; found: Record<string, unknown> } | undefined;
  /** JavaScript whose value this is. */
  readonly expression: string;
}

const KEY = 'introspector.timebox';

export const slot: Slot = theSlot();

function theSlot(): Slot {
  // Not `globalThis`: this may have been loaded within a context of `node:vm`, as test runners do.
  const mainGlobal: object = new Script('globalThis').runInThisContext();
  const symbol = Symbol.for(KEY);
  const known: unknown = Reflect.get(mainGlobal, symbol);
  if (known !== undefined) return known as Slot;
  const value: Slot = { expression: `globalThis[Symbol.for('${KEY}')]` };
  Object.defineProperty(mainGlobal, symbol, { value });
  return value;
}
