/** Arguments and locals of a request's frames as a person reads them. */
import type { FrameVariables, SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { placeOf } from './places';

const OPTIMISED_AWAY = '  (undefined may also be a value that V8 no longer kept, since nothing reads it any more.)';

/** @returns a heading, and each frame with its variables below, innermost first; nothing when none were read */
export function variableLines({ variables }: Pick<SlowRequest, 'variables'>, workingDirectory: string): string[] {
  if (variables === undefined) return [];
  const { atMs, pauseMs, enableMs, frames } = variables;
  const heading = `Variables after ${exactMs(atMs)} (read in a pause of ${exactMs(pauseMs)}, prepared in ${exactMs(enableMs)})`;
  if (frames.length === 0) return [heading, '  None of your own code was on the stack.'];
  const hasUndefined = frames.some(frame => frame.variables.some(({ value }) => value === 'undefined'));
  const lines = frames.flatMap(frame => frameLines(frame, workingDirectory));
  return [heading, ...lines, ...(hasUndefined ? [OPTIMISED_AWAY] : [])];
}

function frameLines({ frame, variables, notCaptured }: FrameVariables, workingDirectory: string): string[] {
  const lines = variables.map(({ name, value }) => `    ${name} = ${value}`);
  if (lines.length === 0 && notCaptured === undefined) lines.push('    no arguments or variables');
  return [
    `  ${placeOf(frame, workingDirectory)}`,
    ...lines,
    ...(notCaptured === undefined ? [] : [`    ${notCaptured}`]),
  ];
}
