/** Arguments and locals of the frames, when they were taken. */
import type { FrameVariables, SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { placeOf } from './places';

const HOW_TO_CAPTURE = 'Variables: not captured (introspector.captureLocals was off, or found no chance)';

export function variableLines({ variables }: Pick<SlowRequest, 'variables'>, workingDirectory: string): string[] {
  if (variables === undefined) return [HOW_TO_CAPTURE];
  const { atMs, pauseMs, frames } = variables;
  const heading = `Variables at ${exactMs(atMs)} (the app was paused for ${exactMs(pauseMs)} to take them)`;
  return [heading, ...frames.flatMap(frame => linesOf(frame, workingDirectory))];
}

function linesOf({ frame, variables, notCaptured }: FrameVariables, workingDirectory: string): string[] {
  const names = variables.map(({ name, isArgument }) => (isArgument ? `${name} (argument)` : name));
  const width = Math.max(0, ...names.map(({ length }) => length));
  return [
    `  ${placeOf(frame, workingDirectory)}`,
    ...variables.map(({ value }, index) => `    ${(names[index] ?? '').padEnd(width)}  ${value}`),
    ...(notCaptured === undefined ? [] : [`    ${notCaptured}`]),
  ];
}
