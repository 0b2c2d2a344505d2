/** The looks at one request: when the next is due, the same ones folded, and where they found it how often. */
import type { Frame, Look, LookShare } from '../protocol/values';

const LOOK_EVERY_MS = 1_000;
/** From the threshold on; later ones would say the same again. The one at the hung level comes on top. */
const MAX_LOOKS = 10;
/** So much of a second counts as one when the request ends within it. */
const ROUNDED_UP_MS = LOOK_EVERY_MS / 2;

/** What one look saw. */
export type Sight = Pick<Look, 'cause' | 'frame' | 'wait'>;

export class LookLog {
  private folded: Look[] = [];
  private taken = 0;
  private dueMs = 0;
  private isHungSeen = false;

  /** Oldest first; never changed once given. */
  get looks(): readonly Look[] {
    return this.folded;
  }

  /**
   * @param ageMs how long the request has been running, at least its threshold
   * @param hungMs from which age on it is hung
   * @param hasEnded true when there will be no later chance
   */
  isDue(ageMs: number, hungMs: number, hasEnded = false): boolean {
    if (this.folded.length === 0 || (!this.isHungSeen && ageMs >= hungMs)) return true;
    return this.isScheduled(hasEnded ? ageMs + ROUNDED_UP_MS : ageMs);
  }

  /** Takes down a look that was due. Those that were missed meanwhile are not made up for. */
  add(ageMs: number, hungMs: number, sight: Sight): void {
    if (ageMs >= hungMs) this.isHungSeen = true;
    if (this.isScheduled(ageMs)) {
      this.taken += 1;
      const firstMs = this.folded[0]?.atMs ?? ageMs;
      // Every full second after the first look, however late this one is, but none at once after it.
      this.dueMs = firstMs + LOOK_EVERY_MS * (Math.round((ageMs - firstMs) / LOOK_EVERY_MS) + 1);
    }
    const last = this.folded.at(-1);
    if (last !== undefined && keyOf(last) === keyOf(sight)) {
      const again = { ...last, ...sight, count: last.count + 1, sameForMs: Math.max(0, ageMs - last.atMs) };
      this.folded = [...this.folded.slice(0, -1), again];
    } else this.folded = [...this.folded, { atMs: ageMs, sameForMs: 0, count: 1, ...sight }];
  }

  /** @returns where the looks found the request, most first */
  shares(): LookShare[] {
    const total = this.folded.reduce((sum, { count }) => sum + count, 0);
    const shares = new Map<string, LookShare>();
    for (const { cause, frame, wait, count } of this.folded) {
      const key = placeKeyOf({ cause, frame, wait });
      const looks = (shares.get(key)?.looks ?? 0) + count;
      const place = { cause, ...(frame === undefined ? {} : { frame }), ...(wait === undefined ? {} : { wait }) };
      shares.set(key, { share: looks / total, looks, ...place });
    }
    return [...shares.values()].sort((a, b) => b.looks - a.looks);
  }

  private isScheduled(ageMs: number): boolean {
    return this.taken < MAX_LOOKS && ageMs >= this.dueMs;
  }
}

function keyOf(sight: SightKey): string {
  return `${placeKeyOf(sight)}|${sight.wait ?? ''}`;
}

/** A line is one place, wherever in it V8 stopped. */
function placeKeyOf({ cause, frame, wait }: SightKey): string {
  return `${cause}|${frame === undefined ? `wait ${wait ?? ''}` : positionOf(frame)}`;
}

function positionOf({ file, line, functionName }: Frame): string {
  return `${file}:${line}:${functionName}`;
}

interface SightKey {
  cause: Sight['cause'];
  frame?: Frame | undefined;
  wait?: string | undefined;
}
