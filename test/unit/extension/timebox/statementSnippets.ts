import type { Snippet } from './snippet';

const CLEANED_UP = `
const held: string[] = [];
function work() {
  held.push('lock');
  ⟦try {
    // What may take long.
    const text = held.join();
    log(text);
  } finally {
    held.pop();
  }⟧
}
work();
log(held.length);
export {};
`;

/** Each is a whole file, which is type-checked and run before and after. */
export const statementSnippets: Snippet[] = [
  {
    name: 'statements of which one variable is used later',
    before: `
const f = (n: number) => n + 1;
function main() {
  ⟦// Both.
  const one = f(0);
  const two = f(one);⟧
  log(two);
}
main();
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const f = (n: number) => n + 1;
function main() {
  const two = timebox(1000, () => {
    // Both.
    const one = f(0);
    const two = f(one);
    return two;
  });
  log(two);
}
main();
export {};
`,
  },
  {
    name: 'statements of which several variables are used later, with an await',
    before: `
const load = async (id: number) => ({ id, name: 'n' });
async function main() {
⟦  const { id, name } = await load(1);
  let next = id;
  for (const more of [1, 2]) next += more;
⟧  log({ name, next });
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

const load = async (id: number) => ({ id, name: 'n' });
async function main() {
  let { name, next } = await timebox(1000, async () => {
    const { id, name } = await load(1);
    let next = id;
    for (const more of [1, 2]) next += more;
    return { name, next };
  });
  log({ name, next });
}
export const done = main();
`,
  },
  {
    name: 'a block with braces of its own',
    before: `
let total = 0;
⟦{
  const step = Number('2');
  total += step;
}⟧
log(total);
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

let total = 0;
timebox(1000, () => {
  const step = Number('2');
  total += step;
});
log(total);
export {};
`,
  },
  {
    name: 'the body of a function, with its returns',
    before: `
function level(n: number): 'low' | 'high' ⟦{
  if (Math.abs(n) < 3) {
    return 'low';
  }
  return 'high';
}⟧
log(level(1), level(-5));
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

function level(n: number): 'low' | 'high' {
  return timebox(1000, (): 'low' | 'high' => {
    if (Math.abs(n) < 3) {
      return 'low';
    }
    return 'high';
  });
}
log(level(1), level(-5));
export {};
`,
  },
  {
    name: 'statements that return in the middle of an asynchronous function',
    before: `
const load = async (id: number) => id;
async function main(): Promise<number> {
  if (Date.now() > 0) {
    ⟦const id = await load(3);
    return id;⟧
  }
  return 0;
}
export const done = main().then(log);
`,
    after: `
import { timebox } from 'introspector/timebox';

const load = async (id: number) => id;
async function main(): Promise<number> {
  if (Date.now() > 0) {
    return await timebox(1000, async (): Promise<number> => {
      const id = await load(3);
      return id;
    });
  }
  return 0;
}
export const done = main().then(log);
`,
  },
  {
    name: 'a loop with a break of its own, and for await',
    before: `
async function* numbers() {
  yield 1;
  yield 2;
}
async function main() {
  let sum = 0;
  ⟦for await (const n of numbers()) {
    if (n > 1) break;
    sum += n;
  }⟧
  log(sum);
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

async function* numbers() {
  yield 1;
  yield 2;
}
async function main() {
  let sum = 0;
  await timebox(1000, async () => {
    for await (const n of numbers()) {
      if (n > 1) break;
      sum += n;
    }
  });
  log(sum);
}
export const done = main();
`,
  },
  {
    name: 'a text over several lines, which stays as it is',
    fileName: 'text.js',
    before: `
const name = String('n');
⟦const text = \`a
  \${name}
b\`;
log(text.trim());⟧
module.exports = {};
`,
    after: `
const { timebox } = require('introspector/timebox');

const name = String('n');
timebox(1000, () => {
  const text = \`a
  \${name}
b\`;
  log(text.trim());
});
module.exports = {};
`,
  },
  {
    name: 'a synchronous finally',
    before: CLEANED_UP,
    after: `
import { timebox } from 'introspector/timebox';

const held: string[] = [];
function work() {
  held.push('lock');
  timebox(1000, () => {
    try {
      // What may take long.
      const text = held.join();
      log(text);
    } finally {
      held.pop();
    }
  });
}
work();
log(held.length);
export {};
`,
  },
  {
    name: 'a synchronous finally that becomes box.defer',
    defersFinally: true,
    before: CLEANED_UP,
    after: `
import { timebox } from 'introspector/timebox';

const held: string[] = [];
function work() {
  held.push('lock');
  timebox(1000, box => {
    box.defer(() => {
      held.pop();
    });
    // What may take long.
    const text = held.join();
    log(text);
  });
}
work();
log(held.length);
export {};
`,
  },
  {
    name: 'a finally after other statements and a catch, whose value is returned, that becomes box.defer',
    fileName: 'caught.js',
    defersFinally: true,
    before: `
let open = 0;
const same = (text) => text;
function read(box) ⟦{
  open += 1;
  try {
    return JSON.parse(same(box));
  } catch {
    return 'broken';
  } finally {
    open -= 1;
  }
}⟧
log(read('[1]'), read('['), open);
module.exports = {};
`,
    after: `
const { timebox } = require('introspector/timebox');

let open = 0;
const same = (text) => text;
function read(box) {
  return timebox(1000, (timeboxed) => {
    open += 1;
    timeboxed.defer(() => {
      open -= 1;
    });
    try {
      return JSON.parse(same(box));
    } catch {
      return 'broken';
    }
  });
}
log(read('[1]'), read('['), open);
module.exports = {};
`,
  },
  {
    name: 'a finally that becomes box.defer, with names that stay apart',
    fileName: 'apart.ts',
    defersFinally: true,
    before: `
const open = (name: string) => ({ name });
const file = open('outer');
⟦{
  log(file.name);
  try {
    const file = open('inner');
    log(file.name);
  } finally {
    log('closed', file.name);
  }
}⟧
export {};
`,
    after: `
import { timebox } from 'introspector/timebox';

const open = (name: string) => ({ name });
const file = open('outer');
timebox(1000, box => {
  log(file.name);
  box.defer(() => {
    log('closed', file.name);
  });
  {
    const file = open('inner');
    log(file.name);
  }
});
export {};
`,
  },
];
