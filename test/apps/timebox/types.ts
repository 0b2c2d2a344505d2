// Compiled by the test, not run: what TypeScript makes of the library.
import { type Box, Quota, TimeboxError, timebox, timeboxed } from 'introspector/timebox';

class Late extends Error {}

const number: number = timebox(50, () => 1);
const promised: Promise<number> = timebox(new Quota(50), Late, async () => 1);
const nested: Promise<string> = timebox(50, async (box: Box) => timebox(box.remainingMs(), async () => 'nested'));
const mixed: string | Promise<string> = timebox(50, (): string | Promise<string> => 'either');
const parsed: { id: number } = timebox(50, () => JSON.parse('{ "id": 1 }'));
const never: () => string = () =>
  timebox(50, () => {
    for (;;);
  });
const factory: number = timebox(
  50,
  error => new Late(`${error.overrunMs} ms too late`),
  () => 1,
);

// @ts-expect-error a promise comes of it
const wrong: number = timebox(50, async () => 1);
// @ts-expect-error not a limit
timebox('50', () => 1);

class Page {
  @timeboxed(50, Late)
  render(title: string): string {
    return title;
  }

  @timeboxed(new Quota(50))
  async load(): Promise<number> {
    return 1;
  }
}

const rendered: string = new Page().render('title');
export const all = [number, promised, nested, mixed, parsed, never, factory, wrong, rendered, TimeboxError];
