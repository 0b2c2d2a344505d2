import type { Snippet } from './snippet';

/** Each is a whole file, which is type-checked and run before and after. */
export const expressionSnippets: Snippet[] = [
  {
    name: 'an expression whose value is used',
    before: `
import { join } from 'node:path';

function sum(numbers: number[]) {
  return numbers.reduce((a, b) => a + b, 0);
}
log(⟦sum([1, 2])⟧ * 2, join('a', 'b'));
`,
    after: `
import { join } from 'node:path';
import { timebox } from 'introspector/timebox';

function sum(numbers: number[]) {
  return numbers.reduce((a, b) => a + b, 0);
}
log(timebox(1000, () => sum([1, 2])) * 2, join('a', 'b'));
`,
  },
  {
    name: 'the innermost call around the cursor',
    before: `
export const twice = (n: number) => n * 2;
log(twice(twice(⟦⟧4)));
`,
    after: `
import { timebox } from 'introspector/timebox';

export const twice = (n: number) => n * 2;
log(twice(timebox(1000, () => twice(4))));
`,
  },
  {
    name: 'a statement, with its comments',
    before: `
import 'node:path';

// Before.
⟦log(1, /* one */ 2); // After.⟧
log(3);
`,
    after: `
import 'node:path';
import { timebox } from 'introspector/timebox';

// Before.
timebox(1000, () => log(1, /* one */ 2)); // After.
log(3);
`,
  },
  {
    name: 'this and super in a method',
    before: `
class Base {
  name = 'base';
  describe() {
    return this.name;
  }
}
class Derived extends Base {
  override describe() {
    ⟦return this.name.concat(super.describe());⟧
  }
}
export const described = new Derived().describe();
log(described);
`,
    after: `
import { timebox } from 'introspector/timebox';

class Base {
  name = 'base';
  describe() {
    return this.name;
  }
}
class Derived extends Base {
  override describe() {
    return timebox(1000, () => this.name.concat(super.describe()));
  }
}
export const described = new Derived().describe();
log(described);
`,
  },
  {
    name: 'arguments',
    fileName: 'arguments.js',
    isEsModulePackage: true,
    before: `
function count() {
  return ⟦Array.from(arguments)⟧.length;
}
// @ts-ignore: JavaScript takes any number of them.
log(count(1, 2, 3));
`,
    after: `
import { timebox } from 'introspector/timebox';

function count() {
  return timebox(1000, () => Array.from(arguments)).length;
}
// @ts-ignore: JavaScript takes any number of them.
log(count(1, 2, 3));
`,
  },
  {
    name: 'type arguments, and a type that comes from what the function declares',
    before: `
function pick<T>(items: readonly unknown[], index: number): T {
  return items[index] as T;
}
function level(items: readonly unknown[]): 'low' | 'high' {
  return ⟦pick(items, 0)⟧;
}
const high = pick<string>(['high'], 0);
log(level([high]).toUpperCase());
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

function pick<T>(items: readonly unknown[], index: number): T {
  return items[index] as T;
}
function level(items: readonly unknown[]): 'low' | 'high' {
  return timebox(1000, (): 'low' | 'high' => pick(items, 0));
}
const high = pick<string>(['high'], 0);
log(level([high]).toUpperCase());
export {};
`,
  },
  {
    name: 'a value whose type is a type parameter',
    before: `
function last<T>(items: readonly T[], otherwise: T): T {
  const found = ⟦items.at(-1)⟧;
  return found ?? otherwise;
}
log(last([1, 2], 0).toFixed(1), last([], 'none').length);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

function last<T>(items: readonly T[], otherwise: T): T {
  const found = timebox(1000, () => items.at(-1));
  return found ?? otherwise;
}
log(last([1, 2], 0).toFixed(1), last([], 'none').length);
export {};
`,
  },
  {
    name: 'a part of a template',
    before: `
const f = (n: number) => n + 1;
log(\`\${⟦f(3)⟧} and \${f(4)}\`);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const f = (n: number) => n + 1;
log(\`\${timebox(1000, () => f(3))} and \${f(4)}\`);
export {};
`,
  },
  {
    name: 'an explicit type argument and an assertion',
    before: `
function pick<T>(items: readonly unknown[], index: number): T {
  return items[index] as T;
}
const chosen = ⟦pick<number[]>([[1]], 0) as readonly number[]⟧;
log(chosen.length);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

function pick<T>(items: readonly unknown[], index: number): T {
  return items[index] as T;
}
const chosen = timebox(1000, () => pick<number[]>([[1]], 0) as readonly number[]);
log(chosen.length);
export {};
`,
  },
  {
    name: 'an attribute and a child in JSX',
    fileName: 'attribute.tsx',
    before: `
const title = (n: number) => \`t\${n}\`;
log(<p title={⟦title(1)⟧}>text</p>);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const title = (n: number) => \`t\${n}\`;
log(<p title={timebox(1000, () => title(1))}>text</p>);
export {};
`,
  },
  {
    name: 'an element in JSX, which gets braces',
    fileName: 'element.jsx',
    isEsModulePackage: true,
    before: `
/** @param {number} n */
const title = n => 't' + n;
log(<p>⟦<b>{title(1)}</b>⟧</p>);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

/** @param {number} n */
const title = n => 't' + n;
log(<p>{timebox(1000, () => <b>{title(1)}</b>)}</p>);
export {};
`,
  },
  {
    name: 'an optional call, with the whole of its chain',
    before: `
interface Store {
  find?: (id: number) => { rows: number[] };
}
const count = (store: Store) => store.find?.(⟦⟧1).rows.length ?? 'none';
log(count({}), count({ find: () => ({ rows: [1] }) }));
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

interface Store {
  find?: (id: number) => { rows: number[] };
}
const count = (store: Store) => timebox(1000, () => store.find?.(1).rows.length) ?? 'none';
log(count({}), count({ find: () => ({ rows: [1] }) }));
export {};
`,
  },
  {
    name: 'an object',
    before: `
const f = (n: number) => n + 1;
const made = ⟦{ one: f(0), two: f(1) }⟧;
log(made.two);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const f = (n: number) => n + 1;
const made = timebox(1000, () => ({ one: f(0), two: f(1) }));
log(made.two);
export {};
`,
  },
  {
    name: 'a sequence',
    fileName: 'sequence.cjs',
    before: `
let n = 0;
const next = () => ++n;
exports.last = (⟦next(), next()⟧);
log(exports.last);
`,
    after: `
const { timebox } = require('introspector/timebox');

let n = 0;
const next = () => ++n;
exports.last = (timebox(1000, () => (next(), next())));
log(exports.last);
`,
  },
  {
    name: 'the value of a field',
    before: `
const f = (n: number) => n + 1;
class Counter {
  first = ⟦f(0)⟧;
  text(n = f(1)) {
    return \`\${f(n)}\`;
  }
}
log(new Counter().first, new Counter().text());
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const f = (n: number) => n + 1;
class Counter {
  first = timebox(1000, () => f(0));
  text(n = f(1)) {
    return \`\${f(n)}\`;
  }
}
log(new Counter().first, new Counter().text());
export {};
`,
  },
  {
    name: 'what is assigned to a variable outside, which keeps its narrowed type',
    before: `
const find = (n: number): string | undefined => 'x'.repeat(n);
let found: string | undefined;
⟦found = find(2);⟧
if (found !== undefined) log(found.length);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const find = (n: number): string | undefined => 'x'.repeat(n);
let found: string | undefined;
found = timebox(1000, () => find(2));
if (found !== undefined) log(found.length);
export {};
`,
  },
  {
    name: 'what is thrown',
    before: `
const problem = (text: string) => new Error(text);
function check(text: string): number {
  if (text === '') return 0;
  ⟦throw problem(text);⟧
}
try {
  check('a');
} catch (error) {
  log(String(error));
}
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const problem = (text: string) => new Error(text);
function check(text: string): number {
  if (text === '') return 0;
  throw timebox(1000, () => problem(text));
}
try {
  check('a');
} catch (error) {
  log(String(error));
}
export {};
`,
  },
];
