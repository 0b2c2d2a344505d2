/** What the looks at a request saw one after the other, and where they found it how often. */
import type { Cause, Look, LookShare, SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { shortDuration } from './durations';
import { placeOf } from './places';

const CAUSE_WORDS: Record<Cause, string> = { computing: 'computing', waiting: 'waiting', heldUp: 'held up' };
const CAUSE_WIDTH = 9;
const MAX_SHARES = 5;

export function lookLines(
  { looks, lookShares }: Pick<SlowRequest, 'looks' | 'lookShares'>,
  workingDirectory: string,
): string[] {
  const total = looks.reduce((sum, { count }) => sum + count, 0);
  // The traceback says all that a single one has to say.
  if (total < 2) return [];
  const ages = looks.map(({ atMs }) => exactMs(atMs));
  const ageWidth = Math.max(...ages.map(({ length }) => length));
  const lines = looks.map(
    (look, index) => `  ${(ages[index] ?? '').padStart(ageWidth)}  ${lookText(look, workingDirectory)}`,
  );
  return ['Looks', ...lines, ...shareLines(lookShares, total, workingDirectory)];
}

function lookText({ cause, frame, wait, count, sameForMs }: Look, workingDirectory: string): string {
  const same = count > 1 ? `   same for ${shortDuration(sameForMs).replace('.0 s', ' s')}` : '';
  const seen = [frame && placeOf(frame, workingDirectory), wait].filter(Boolean).join('  ');
  return `${CAUSE_WORDS[cause].padEnd(CAUSE_WIDTH)}  ${seen || 'nothing seen'}${same}`;
}

function shareLines(shares: readonly LookShare[], total: number, workingDirectory: string): string[] {
  return shares.slice(0, MAX_SHARES).map(({ share, frame, wait, cause }) => {
    const place = frame ? placeOf(frame, workingDirectory) : (wait ?? CAUSE_WORDS[cause]);
    return `  ${Math.round(share * 100)} % of ${total} looks: ${place}`;
  });
}
