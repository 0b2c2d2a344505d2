import type { Snippet } from './snippet';

/** Each is a whole file, which is type-checked and run before and after. */
export const awaitSnippets: Snippet[] = [
  {
    name: 'an await',
    before: `
const load = async (id: number) => ({ id });
async function main() {
  const { id } = ⟦await load(7)⟧;
  log(id);
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

const load = async (id: number) => ({ id });
async function main() {
  const { id } = await timebox(1000, () => load(7));
  log(id);
}
export const done = main();
`,
  },
  {
    name: 'an await of a generic call that has its type from the variable',
    before: `
async function parse<T>(text: string): Promise<T> {
  return JSON.parse(text);
}
async function main() {
  ⟦const order: { id: number } = await parse('{ "id": 3 }');⟧
  log(order.id + 1);
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

async function parse<T>(text: string): Promise<T> {
  return JSON.parse(text);
}
async function main() {
  const order: { id: number } = await timebox(1000, async (): Promise<{ id: number }> => parse('{ "id": 3 }'));
  log(order.id + 1);
}
export const done = main();
`,
  },
  {
    name: 'an await deeper inside, with something that binds tighter behind it',
    before: `
const load = async (id: number) => id;
const pack = (id: number) => ({ id });
async function main() {
  log(⟦pack(await load(7))⟧.id);
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

const load = async (id: number) => id;
const pack = (id: number) => ({ id });
async function main() {
  log((await timebox(1000, async () => pack(await load(7)))).id);
}
export const done = main();
`,
  },
  {
    name: 'an await in parentheses, of several things at once',
    before: `
const load = async (id: number) => id;
async function main() {
  log(⟦(await Promise.all([load(1), load(await load(2))]))⟧.length);
}
export const done = main();
`,
    after: `
import { timebox } from 'introspector/timebox';

const load = async (id: number) => id;
async function main() {
  log((await timebox(1000, async () => Promise.all([load(1), load(await load(2))]))).length);
}
export const done = main();
`,
  },
];
