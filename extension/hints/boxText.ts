/** What a line says of the timebox it calls. */
import { basename } from 'node:path';
import type { BoxFigures, BoxSite } from '../../sidecar/protocol/boxValues';
import type { Frame } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';

/** Of the user's own code, innermost first. */
const MAX_CALLERS = 3;

/** @returns `◇ timebox 200 ms · fired 3 times · worst 412 ms`; undefined when none fired: near misses do not ask for a look */
export function boxHint(site: BoxSite): string | undefined {
  const { fired, worstFired } = site;
  if (fired === 0) return undefined;
  const worst = fired > 1 && worstFired !== undefined ? ` · worst ${exactMs(worstFired.elapsedMs)}` : '';
  return `◇ ${boxName(site)} · ${fired === 1 ? firedOnce(worstFired) : `fired ${fired} times`}${worst}`;
}

/** @returns sentences for the hover */
export function boxSentences({ frames, fired, nearMisses, worstFired, worstNear }: BoxSite): string[] {
  const sentences: string[] = [];
  if (fired > 0 && worstFired !== undefined) {
    const { elapsedMs, budgetMs, overrunMs } = worstFired;
    const over = Math.round(overrunMs) > 0 ? `, ${exactMs(overrunMs)} over` : '';
    sentences.push(
      `${fired === 1 ? 'Fired once' : `Fired ${fired} times, worst`} after ${ofBudget(elapsedMs, budgetMs)}${over}.`,
    );
  }
  if (nearMisses > 0 && worstNear !== undefined) {
    const worst = ofBudget(worstNear.elapsedMs, worstNear.budgetMs);
    sentences.push(nearMisses === 1 ? `1 near miss: ${worst}.` : `${nearMisses} near misses, worst ${worst}.`);
  }
  const callers = frames.slice(1).filter(({ origin }) => origin === 'user');
  const names = callers.slice(0, MAX_CALLERS).map(callerText);
  if (names.length > 0) sentences.push(`Called from ${names.join(', ')}.`);
  return sentences;
}

/** @returns `timebox 200 ms` */
export function boxName({ budgetMs, isAsync }: BoxSite): string {
  const name = isAsync ? 'async timebox' : 'timebox';
  // What is left of a quota may be nothing.
  return budgetMs > 0 ? `${name} ${exactMs(budgetMs)}` : `${name}, quota spent`;
}

/** @returns `orders.ts:41 handler` */
function callerText({ file, line, functionName }: Frame): string {
  return `${basename(file)}:${line} ${functionName || '(anonymous)'}`;
}

function firedOnce(worstFired: BoxFigures | undefined): string {
  return worstFired === undefined ? 'fired' : `fired after ${exactMs(worstFired.elapsedMs)}`;
}

/** @returns `187 of 200 ms` */
function ofBudget(elapsedMs: number, budgetMs: number): string {
  return budgetMs > 0 ? `${Math.round(elapsedMs).toLocaleString('en-US')} of ${exactMs(budgetMs)}` : exactMs(elapsedMs);
}
