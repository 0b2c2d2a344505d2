/** What a request was seen computing: each different stack once, with the loop time it stands for. */
import type { Look, RawFrame } from './reports';

/** More different stacks than this are counted on the heaviest ones' account only: the rest is noise. */
const MAX_LOOKS = 32;
const REPORTED_LOOKS = 5;

export class Looks {
  private readonly byStack = new Map<string, Look>();
  /** Changes with every look. */
  count = 0;

  add(frames: RawFrame[], weightMs: number): void {
    this.count += 1;
    const key = frames.map(frame => `${frame.file}:${frame.line}:${frame.column}`).join('|');
    const known = this.byStack.get(key);
    if (known) {
      known.count += 1;
      known.weightMs += weightMs;
    } else if (this.byStack.size < MAX_LOOKS) {
      this.byStack.set(key, { frames, weightMs, count: 1 });
    }
  }

  /** @returns the looks that stand for most time, heaviest first */
  heaviest(): Look[] {
    return [...this.byStack.values()].sort((a, b) => b.weightMs - a.weightMs).slice(0, REPORTED_LOOKS);
  }
}
