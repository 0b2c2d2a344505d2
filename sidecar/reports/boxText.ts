/** Timeboxes in words: which fired in a request, and what the boxes of one place did. */
import type { BoxSite, FiredBox, RequestBoxes } from '../protocol/boxValues';
import type { Frame } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { placeOf } from './places';

/** Callers that are the user's own code; the traceback of the request has the others. */
const MAX_CALLERS = 5;

/** @returns a heading, and what each box did, with its callers below; nothing when none fired */
export function boxLines(boxes: RequestBoxes | undefined, workingDirectory: string): string[] {
  if (boxes === undefined || boxes.fired.length === 0) return [];
  const { fired, leftOut } = boxes;
  const more = leftOut > 0 ? [`  and ${leftOut} more`] : [];
  return ['Timeboxes', ...fired.flatMap(box => firedLines(box, workingDirectory)), ...more];
}

/** @returns `Timebox of 200 ms at src/render.ts:41 render fired 3 times, at worst after 412 ms (212 ms over)` */
export function siteLine({ isAsync, budgetMs, frames, fired, worstFired }: BoxSite, workingDirectory: string): string {
  const box = `${isAsync ? 'Asynchronous timebox' : 'Timebox'} ${budgetText(budgetMs)}`;
  const times = fired === 1 ? 'fired' : `fired ${fired} times, at worst`;
  const after = worstFired === undefined ? '' : ` after ${exactMs(worstFired.elapsedMs)}${overText(worstFired)}`;
  return `${box}${atText(frames, workingDirectory)} ${times}${after}`;
}

function firedLines({ frames, budgetMs, elapsedMs, overrunMs, isAsync }: FiredBox, workingDirectory: string): string[] {
  const box = `${budgetMs > 0 ? exactMs(budgetMs) : 'spent'}${isAsync ? ' asynchronous' : ''} box`;
  const when = `fired after ${exactMs(elapsedMs)}${overText({ overrunMs })}`;
  const callers = frames.slice(1).filter(({ origin }) => origin === 'user');
  const from = callers.slice(0, MAX_CALLERS).map(frame => placeOf(frame, workingDirectory));
  return [
    `  ${box} ${when}${atText(frames, workingDirectory)}`,
    ...(from.length === 0 ? [] : [`    called from ${from.join(', ')}`]),
  ];
}

/** The budget of a quota that was spent before is 0. */
function budgetText(budgetMs: number): string {
  return budgetMs > 0 ? `of ${exactMs(budgetMs)}` : 'with a spent quota';
}

function overText({ overrunMs }: Pick<FiredBox, 'overrunMs'>): string {
  return Math.round(overrunMs) > 0 ? ` (${exactMs(overrunMs)} over)` : '';
}

function atText([called]: readonly Frame[], workingDirectory: string): string {
  return called === undefined ? '' : ` at ${placeOf(called, workingDirectory)}`;
}
