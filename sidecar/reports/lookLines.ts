/** The looks at a slow request, as the lines of its report. */
import type { Cause, Look, LookShare, SlowRequest } from '../protocol/values';
import { exactMs, shortDuration } from './durations';
import { shownFile } from './shownFile';

const AGE_WIDTH = 12;
const CAUSE_WIDTH = 9;
const CAUSES: Record<Cause, string> = { computing: 'computing', waiting: 'waiting', heldUp: 'held up' };

/** @returns one line for each look, and what they add up to; nothing when the only one says what the traceback says */
export function lookLines({ looks, lookShares }: SlowRequest, workingDirectory: string): string[] {
  const total = looks.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return [];
  const lines = looks.map(look => {
    const age = exactMs(look.atMs).padStart(AGE_WIDTH);
    return `${age}  ${CAUSES[look.cause].padEnd(CAUSE_WIDTH)}  ${placeOf(look, workingDirectory)}${sameText(look)}`;
  });
  const shares = lookShares.map(
    ({ share, cause, ...place }) =>
      `${`${Math.round(share * 100)} %`.padStart(AGE_WIDTH)}  ${CAUSES[cause].padEnd(CAUSE_WIDTH)}  ${placeOf(place, workingDirectory)}`,
  );
  return [
    `Looks, by the age of the request (${total})`,
    ...lines,
    ...(looks.length > 1 ? ['Of all looks', ...shares] : []),
  ];
}

function sameText({ count, sameForMs }: Look): string {
  return count > 1 ? `   same for ${shortDuration(sameForMs)}` : '';
}

function placeOf({ frame, wait }: Pick<LookShare, 'frame' | 'wait'>, workingDirectory: string): string {
  const at = frame && `${shownFile(frame.file, workingDirectory)}:${frame.line} ${frame.functionName || '(anonymous)'}`;
  return [at, wait].filter(Boolean).join('   ') || 'no stack';
}
