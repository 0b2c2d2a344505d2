/** Boxes around methods. */
import type { ErrorSource } from './errorSource';
import { StateError } from './errors';
import type { Quota } from './quota';
import { timeboxes } from './threadBoxes';

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

interface MethodDecorator {
  /** As the standard has it. */
  <This, Args extends unknown[], Result>(
    method: Method<This, Args, Result>,
    context: ClassMethodDecoratorContext<This, Method<This, Args, Result>>,
  ): Method<This, Args, Result>;
  /** As TypeScript has it under `experimentalDecorators`. */
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

/**
 * A decorator: each call of the method is a box of its own, calls within calls too. Name, length and `this` are kept.
 *
 * @param limit as for `timebox`; a quota is spent by all calls together
 * @param error as for `timebox`
 * @throws StateError when something else than a method is decorated
 * @example class Reports { @timeboxed(500) render() { … } }
 */
export function timeboxed(limit: number | Quota, error?: ErrorSource): MethodDecorator {
  function decorate(target: unknown, context: unknown, descriptor?: PropertyDescriptor): unknown {
    if (descriptor === undefined) {
      if ((context as { kind?: unknown } | undefined)?.kind === 'method') return boxed(target);
    } else if (typeof descriptor.value === 'function') {
      return { ...descriptor, value: boxed(descriptor.value) };
    }
    throw new StateError('only methods can be timeboxed by a decorator');
  }

  function boxed(method: unknown): unknown {
    const original = method as (...args: unknown[]) => unknown;
    function timeboxedMethod(this: unknown, ...args: unknown[]): unknown {
      const body = () => original.apply(this, args);
      return timeboxes.run({ limit, errorSource: error, body, callSite: timeboxedMethod });
    }
    for (const property of ['name', 'length'] as const) {
      Object.defineProperty(timeboxedMethod, property, { value: original[property], configurable: true });
    }
    return timeboxedMethod;
  }

  return decorate as MethodDecorator;
}
