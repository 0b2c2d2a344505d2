/** What a request was seen computing: each different stack once, with the loop time it stands for. */
import type { Look, RawFrame } from './reports';
import { hasOwnCode, isOwnCode } from './stacks';

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

  /**
   * @param calledFrom stack of the call that led to those looks in which the app's own code does not stand
   * @returns the looks that stand for most time; first those of the line of the app's own that most time was spent under
   */
  heaviest(calledFrom: RawFrame[] | undefined): Look[] {
    const looks = [...this.byStack.values()].map(look => joined(look, calledFrom));
    const weightByLine = new Map<string, number>();
    for (const look of looks) weightByLine.set(lineOf(look), (weightByLine.get(lineOf(look)) ?? 0) + look.weightMs);
    const lineWeight = (look: Look) => weightByLine.get(lineOf(look)) ?? 0;
    return looks.sort((a, b) => lineWeight(b) - lineWeight(a) || b.weightMs - a.weightMs).slice(0, REPORTED_LOOKS);
  }
}

function joined(look: Look, calledFrom: RawFrame[] | undefined): Look {
  if (calledFrom === undefined || hasOwnCode(look.frames)) return look;
  return { ...look, frames: [...look.frames, ...calledFrom], calledFromAt: look.frames.length };
}

function lineOf({ frames }: Look): string {
  const own = frames.find(isOwnCode);
  return own ? `${own.file}:${own.line}` : '';
}
