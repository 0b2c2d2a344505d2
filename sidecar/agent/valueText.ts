/**
 * Values of the app as text, read without running any of its code: no getter, no proxy trap, no method of theirs. What is
 * left out says by which limit.
 */
import type * as Util from 'node:util';
import { isSecretName, REDACTED } from './redaction';
import { ownValue } from './runtime';
import { redactAnyText } from './secretText';

const MAX_DEPTH = 3;
const MAX_ITEMS = 10;
const MAX_TEXT_LENGTH = 200;
/** More of a text than is shown, so that a secret is known by the name before it. */
const MAX_SEARCHED_LENGTH = 2_000;
/** V8 would copy a longer one as a whole, when it was put together of pieces. */
const MAX_TOUCHED_LENGTH = 1_000_000;
const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 2_000;
/** Of an object, to find its class. */
const MAX_PROTOTYPES = 8;
/** Own properties by which a stream of Node.js is known, and a response, which looks like none. */
const STREAM_MARKS = ['_readableState', '_writableState', 'outputData'];
const SHOWN_BITS = 64;

const { forEach: forEachOfMap } = Map.prototype;
const { forEach: forEachOfSet } = Set.prototype;
const { toISOString } = Date.prototype;
const sizeOfMap = getterOf(Map.prototype, 'size');
const sizeOfSet = getterOf(Set.prototype, 'size');
const lengthOfBytes = getterOf(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength');
const sourceOfPattern = getterOf(RegExp.prototype, 'source');

type Getter = (this: unknown) => unknown;

/** Ends the walk through a collection. */
class Enough extends Error {}

export class ValueText {
  private readonly ancestors = new Set<object>();
  /** Characters there is room for in the value at work. */
  private left = 0;

  /** @param isTimeUp when it says so, values are left out */
  constructor(
    private readonly util: typeof Util,
    private readonly isTimeUp: () => boolean,
  ) {}

  /**
   * @param name of the variable; decides whether its value is a secret
   * @returns the value much as it would be written in JavaScript, in some 2,000 characters
   */
  of(name: string, value: unknown): string {
    this.left = MAX_VALUE_LENGTH;
    return this.ofNamed(name, value, 0);
  }

  private ofNamed(name: unknown, value: unknown, depth: number): string {
    return typeof name === 'string' && isSecretName(name) ? REDACTED : this.safely(value, depth);
  }

  private safely(value: unknown, depth: number): string {
    if (this.isTimeUp()) return notCaptured('time');
    if (this.left <= 0) return notCaptured('length');
    const { left } = this;
    const text = this.textOrReason(value, depth);
    this.left = left - text.length;
    return text;
  }

  private textOrReason(value: unknown, depth: number): string {
    try {
      return this.text(value, depth);
    } catch {
      return notCaptured('it cannot be read');
    }
  }

  private text(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return textOfString(value);
      case 'bigint':
        return BigInt.asIntN(SHOWN_BITS, value) === value
          ? `${value}n`
          : notCaptured(`length, over ${SHOWN_BITS} bits`);
      case 'function':
        return `[function ${this.named(value, 'name')}]`;
      case 'object':
        return value === null ? 'null' : this.textOfObject(value, depth);
      default:
        return Object.is(value, -0) ? '-0' : redactAnyText(String(value)).slice(0, MAX_TEXT_LENGTH);
    }
  }

  private textOfObject(value: object, depth: number): string {
    const { types } = this.util;
    if (types.isProxy(value)) return notCaptured('proxy');
    if (this.ancestors.has(value)) return 'circular';
    const className = this.classNameOf(value);
    const whole = this.textOfWhole(value, className) ?? this.textOfStream(value, className);
    if (whole !== undefined) return whole;
    if (depth === MAX_DEPTH) return `${className} ${notCaptured('depth')}`;
    this.ancestors.add(value);
    try {
      if (Array.isArray(value)) return this.list(value, depth);
      if (types.isMap(value)) return `Map ${this.collection(value, sizeOfMap, forEachOfMap, true, depth)}`;
      if (types.isSet(value)) return `Set ${this.collection(value, sizeOfSet, forEachOfSet, false, depth)}`;
      const properties = this.properties(value, depth);
      return className === 'Object' ? properties : `${className} ${properties}`;
    } finally {
      this.ancestors.delete(value);
    }
  }

  /** Of objects that have no parts to show. */
  private textOfWhole(value: object, className: string): string | undefined {
    const { types } = this.util;
    if (types.isDate(value)) return isoOf(value);
    if (types.isRegExp(value))
      return `/${redactAnyText(String(sourceOfPattern.call(value)).slice(0, MAX_TEXT_LENGTH))}/`;
    if (ArrayBuffer.isView(value) && !types.isDataView(value))
      return `${className} of ${String(lengthOfBytes.call(value))} bytes`;
    if (types.isNativeError(value)) return `${className}: ${this.named(value, 'message')}`;
    const isOpaque = types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value);
    return isOpaque || types.isAnyArrayBuffer(value) || types.isDataView(value) ? className : undefined;
  }

  /** Requests, responses and sockets: hundreds of properties that nobody asks for, and all that the client sent. */
  private textOfStream(value: object, className: string): string | undefined {
    if (!STREAM_MARKS.some(mark => typeof ownValue(this.util, value, mark) === 'object')) return undefined;
    const [method, url] = [this.named(value, 'method'), this.named(value, 'url')];
    return url === '' ? className : `${className} ${method} ${url}`;
  }

  private list(values: unknown[], depth: number): string {
    const items: string[] = [];
    let before: unknown;
    for (let index = 0; index < values.length && items.length < MAX_ITEMS; index += 1) {
      const descriptor = Object.getOwnPropertyDescriptor(values, index);
      // Raw headers and the entries of an object: the name of a value is the item before it.
      const isSecret = typeof before === 'string' && isSecretName(before);
      items.push(isSecret ? REDACTED : this.textOfProperty(descriptor, depth));
      before = descriptor?.value;
    }
    return bracketed('[', items, values.length, ']');
  }

  private collection(
    value: object,
    sizeOf: Getter,
    forEach: (this: never, callback: (item: unknown, key: unknown) => void) => void,
    isKeyed: boolean,
    depth: number,
  ): string {
    const items: string[] = [];
    try {
      forEach.call(value as never, (item, key) => {
        if (items.length === MAX_ITEMS) throw new Enough();
        const text = this.ofNamed(isKeyed ? key : undefined, item, depth + 1);
        items.push(isKeyed ? `${this.safely(key, depth + 1)} => ${text}` : text);
      });
    } catch (error) {
      if (!(error instanceof Enough)) throw error;
    }
    return bracketed('{ ', items, Number(sizeOf.call(value)), ' }');
  }

  private properties(value: object, depth: number): string {
    const keys = Object.keys(value);
    // `{ name: 'authorization', value: '…' }`
    const named = ownValue(this.util, value, 'name') ?? ownValue(this.util, value, 'key');
    const hasSecret = typeof named === 'string' && isSecretName(named);
    const items = keys.slice(0, MAX_ITEMS).map(key => {
      const isSecret = isSecretName(key) || (hasSecret && key === 'value');
      const text = isSecret ? REDACTED : this.textOfProperty(Object.getOwnPropertyDescriptor(value, key), depth);
      return `${keyText(key)}: ${text}`;
    });
    return bracketed('{ ', items, keys.length, ' }');
  }

  private textOfProperty(descriptor: PropertyDescriptor | undefined, depth: number): string {
    if (descriptor === undefined) return 'empty';
    return 'value' in descriptor ? this.safely(descriptor.value, depth + 1) : notCaptured('getter');
  }

  /** Of the nearest prototype that has a constructor: frameworks put objects of their own in between. */
  private classNameOf(value: object): string {
    let prototype: unknown = value;
    for (let depth = 0; depth < MAX_PROTOTYPES; depth += 1) {
      if (this.util.types.isProxy(prototype)) break;
      prototype = Object.getPrototypeOf(prototype);
      if (prototype === null) break;
      const name = this.named(ownValue(this.util, prototype, 'constructor'), 'name');
      if (name !== '') return name;
    }
    return 'Object';
  }

  private named(value: unknown, key: string): string {
    const text = ownValue(this.util, value, key);
    return typeof text === 'string' && text.length <= MAX_TOUCHED_LENGTH ? shown(text) : '';
  }
}

/** @returns a name as it may stand before a value */
export function keyText(key: string): string {
  return shown(key).slice(0, MAX_NAME_LENGTH);
}

/** @returns `not captured: depth` and the like */
export function notCaptured(why: string): string {
  return `(not captured: ${why})`;
}

function textOfString(text: string): string {
  if (text.length > MAX_TOUCHED_LENGTH) return notCaptured(`length, ${text.length} characters`);
  const quoted = JSON.stringify(shown(text));
  return text.length > MAX_TEXT_LENGTH ? `${quoted} ${notCaptured(`length, ${text.length} characters`)}` : quoted;
}

function shown(text: string): string {
  return redactAnyText(text.slice(0, MAX_SEARCHED_LENGTH)).slice(0, MAX_TEXT_LENGTH);
}

function bracketed(opening: string, items: readonly string[], size: number, closing: string): string {
  if (size === 0) return `${opening.trim()}${closing.trim()}`;
  const more = size > items.length ? [notCaptured(`items, ${size - items.length} more`)] : [];
  return `${opening}${[...items, ...more].join(', ')}${closing}`;
}

function isoOf(date: Date): string {
  try {
    return toISOString.call(date);
  } catch {
    return 'Invalid Date';
  }
}

function getterOf(prototype: object, name: string): Getter {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get ?? (() => undefined);
}
