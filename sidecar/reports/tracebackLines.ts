/** A stack as a person reads it: outermost call first, the guilty line marked, other people's code folded. */
import type { Frame, SlowRequest } from '../protocol/values';
import { foldedText } from '../protocol/words';
import { shownFile } from './places';

const LOCATION_WIDTH = 28;
const NAME_WIDTH = 16;

export function tracebackLines(
  { frames, guiltyFrame }: Pick<SlowRequest, 'frames' | 'guiltyFrame'>,
  workingDirectory: string,
): string[] {
  if (frames.length === 0) return ['No traceback.'];
  const lines = ['Traceback (outermost first)'];
  let folded: Frame[] = [];
  const unfold = () => {
    if (folded.length > 0) lines.push(`      … ${foldedText(folded)}`);
    folded = [];
  };
  for (let index = frames.length - 1; index >= 0; index -= 1) {
    const frame = frames[index];
    if (frame === undefined) continue;
    if (frame.origin === 'user') {
      unfold();
      lines.push(frameLine(frame, index === guiltyFrame, workingDirectory));
    } else folded.push(frame);
  }
  unfold();
  return lines;
}

function frameLine(frame: Frame, isGuilty: boolean, workingDirectory: string): string {
  const location = `${shownFile(frame.file, workingDirectory)}:${frame.line}:${frame.column}`.padEnd(LOCATION_WIDTH);
  const name = (frame.functionName || '(anonymous)').padEnd(NAME_WIDTH);
  return `${isGuilty ? '    > ' : '      '}${location} ${name} ${frame.sourceLine ?? ''}`.trimEnd();
}
