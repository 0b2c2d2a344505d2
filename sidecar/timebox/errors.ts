/** What boxes throw. */

export interface TimeboxFacts {
  /** What the box was allowed when it began; 0 when its quota was spent before. */
  readonly budgetMs: number;
  /** From its start to its end. */
  readonly elapsedMs: number;
}

/** A box has used up its time. A class derived from it is given the same facts. */
export class TimeboxError extends Error {
  readonly budgetMs: number;
  readonly elapsedMs: number;
  /** How much later than asked for the box ended: native calls let nobody interrupt them. */
  readonly overrunMs: number;

  constructor({ budgetMs, elapsedMs }: TimeboxFacts, message = describe(budgetMs, elapsedMs)) {
    super(message);
    this.name = new.target.name;
    this.budgetMs = budgetMs;
    this.elapsedMs = elapsedMs;
    this.overrunMs = Math.max(0, elapsedMs - budgetMs);
  }
}

/** A box was ended from outside, by an attached Introspector on somebody's order, before its time was up. */
export class EndedError extends TimeboxError {
  /** @param reason who ended it and why, as it was given */
  constructor(
    facts: TimeboxFacts,
    readonly reason: string,
  ) {
    super(facts, `timebox of ${inMs(facts.budgetMs)} was ended after ${inMs(facts.elapsedMs)}: ${reason}`);
  }
}

/** Something was asked of a box that its state does not allow, such as a cleanup after its end. */
export class StateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateError';
  }
}

function describe(budgetMs: number, elapsedMs: number): string {
  if (budgetMs === 0) return 'the quota of this timebox is spent';
  return `timebox of ${inMs(budgetMs)} expired after ${inMs(elapsedMs)}`;
}

function inMs(durationMs: number): string {
  return `${Number(durationMs.toFixed(1))} ms`;
}
