/** The replays under way; each can be cancelled, and all end with the sidecar. */
import { errors } from '../protocol/errors';
import type { ReplayOrder, ReplayOutcome } from '../protocol/replayValues';
import { FrameResolver } from '../sources/frames';
import type { ProcessTable } from '../targets/processTable';
import type { FactHub } from '../watch/facts';
import type { Observer } from '../watch/observer';
import { replay } from './replay';

/** Each is a whole app beside the one that runs. */
const MAX_AT_ONCE = 2;

export class Replays {
  private readonly underWay = new Map<string, { cancel: AbortController; over: Promise<unknown> }>();
  private readonly resolver = new FrameResolver();

  constructor(
    private readonly observer: Observer,
    private readonly table: ProcessTable,
    private readonly facts: FactHub,
  ) {}

  /** @throws IntrospectorError `notAttached`, `cannotReplay`, `notAccepted`, `replayFailed` */
  async run(order: ReplayOrder): Promise<ReplayOutcome> {
    const { replayId, targetId } = order;
    if (this.underWay.size >= MAX_AT_ONCE) {
      throw errors.cannotReplay(`${MAX_AT_ONCE} replays are under way`, 'Wait for one to end, or cancel it.');
    }
    const cancel = new AbortController();
    const tools = {
      table: this.table,
      resolver: this.resolver,
      onProgress: progress => this.facts.emit('replayProgress', progress),
      onProfile: profile => this.facts.emit('profile', profile),
    } satisfies Parameters<typeof replay>[2];
    const over = this.observer
      .startRecipe(targetId)
      .then(recipe => replay(order, recipe, tools, cancel.signal))
      .finally(() => this.underWay.delete(replayId));
    this.underWay.set(replayId, { cancel, over });
    return over;
  }

  /** One that has ended is left alone. */
  cancel(replayId: string): void {
    this.underWay.get(replayId)?.cancel.abort();
  }

  /** Ends all; fulfilled when nothing of their copies is left. */
  async close(): Promise<void> {
    const all = [...this.underWay.values()];
    for (const { cancel } of all) cancel.abort();
    await Promise.allSettled(all.map(({ over }) => over));
  }
}
