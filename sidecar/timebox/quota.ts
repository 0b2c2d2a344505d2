/** A budget that several boxes spend together. */
import { checkedBudgetMs } from './limits';

export class Quota {
  readonly budgetMs: number;
  private usedMs = 0;
  /** How many boxes are spending it now: time counts once, however many there are. */
  private users = 0;
  private startedMs = 0;

  /**
   * @param budgetMs what may be spent in all, in milliseconds
   * @param nowMs clock to measure by, in milliseconds; the process's own unless given
   * @throws RangeError when the budget is zero, negative, NaN, infinite or over 2,147,483,647
   */
  constructor(
    budgetMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.budgetMs = checkedBudgetMs(budgetMs);
  }

  /** @returns what is left, in milliseconds, never less than 0; falls while a box spends it and stands still otherwise */
  remaining(): number {
    return Math.max(0, this.budgetMs - this.spentMs());
  }

  /** Whether a box spends it now. */
  get running(): boolean {
    return this.users > 0;
  }

  toString(): string {
    return `<Quota remaining=${this.remaining().toFixed(1)} ms of ${this.budgetMs} ms>`;
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** @internal A box begins to spend it. */
  enter(): void {
    if (this.users === 0) this.startedMs = this.nowMs();
    this.users += 1;
  }

  /** @internal A box has ended. */
  leave(): void {
    if (this.users === 1) this.usedMs = this.spentMs();
    this.users -= 1;
  }

  private spentMs(): number {
    return this.running ? this.usedMs + this.nowMs() - this.startedMs : this.usedMs;
  }
}
