/** Runs all cases one after the other and prints what came of each, a line of JSON each. */
import { beyond } from './beyond.mjs';
import { rules } from './rules.mjs';

/** @param {typeof import('../../../sidecar/timebox/timebox')} library @param {'cjs' | 'mjs'} format */
export async function runCases(library, format) {
  // Cases with cleanups that fail mean to.
  process.removeAllListeners('warning');
  for (const [name, run] of Object.entries({ ...rules(library, format), ...beyond(library) })) {
    let problem = null;
    try {
      await run();
    } catch (error) {
      problem = String(error?.stack ?? error);
    }
    console.log(JSON.stringify({ name, problem }));
  }
  // What some cases would wait for takes a minute.
  process.exit();
}
