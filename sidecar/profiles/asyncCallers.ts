/**
 * Puts the callers back under functions that go on after an `await`: V8's samples of them begin at the function itself,
 * while the stacks of waits show who awaits it.
 */

const SEVERAL = -1;

export class AsyncCallers {
  /** By frame: the one that was seen calling it, or SEVERAL. */
  private readonly callers = new Map<number, number>();
  private readonly resumable = new Set<number>();

  /** @param stack indices of frames, outermost first */
  note(stack: readonly number[]): void {
    for (const [index, frame] of stack.entries()) {
      const caller = stack[index - 1];
      if (caller === undefined || caller === frame) continue;
      const known = this.callers.get(frame);
      this.callers.set(frame, known === undefined || known === caller ? caller : SEVERAL);
    }
  }

  /** This function has been seen on hold at an `await`, or going on after one. */
  noteResumable(frame: number): void {
    this.resumable.add(frame);
  }

  /**
   * @param stack outermost first
   * @returns the same below the callers that await its outermost function, as far as there is just one who may be it
   */
  withCallers(stack: readonly number[]): number[] {
    const whole = [...stack];
    for (let outermost = whole[0]; outermost !== undefined; outermost = whole[0]) {
      const isFirst = whole.length === stack.length;
      const caller = this.callers.get(outermost) ?? SEVERAL;
      if ((isFirst && !this.resumable.has(outermost)) || caller === SEVERAL || whole.includes(caller)) break;
      whole.unshift(caller);
    }
    return whole;
  }
}
