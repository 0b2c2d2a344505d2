/**
 * The one thing on `globalThis`: `vm.Script` and the inspector can only name what is there. Not enumerable, under a
 * symbol, and shared by all copies of the library in one process, each of which uses it for a moment only.
 */

interface Slot {
  /** What the trampoline is to call. */
  pending?: (() => void) | undefined;
  exchange?: { subject: object; found: Record<string, unknown> } | undefined;
  /** JavaScript whose value this is. */
  readonly expression: string;
}

const KEY = 'introspector.timebox';

export const slot: Slot = theSlot();

function theSlot(): Slot {
  const symbol = Symbol.for(KEY);
  const known: unknown = Reflect.get(globalThis, symbol);
  if (known !== undefined) return known as Slot;
  const value: Slot = { expression: `globalThis[Symbol.for('${KEY}')]` };
  Object.defineProperty(globalThis, symbol, { value });
  return value;
}
