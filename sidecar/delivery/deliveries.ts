/** Takes reports to where the user wants them, besides the editor: each channel for itself. */
import type { Log } from '../log';
import { DEFAULT_DELIVERY_SETTINGS } from '../protocol/defaults';
import type { DeliverySettings, DeliveryStats, SlowRequest, Target } from '../protocol/values';
import type { FactHub } from '../watch/facts';
import type { WriteLog } from './appLogChannel';
import { ChannelQueue, QUEUE_LIMITS, type QueueLimits } from './channelQueue';
import { plannedChannels } from './channels';
import type { Delivery } from './delivery';
import { GroupLimit } from './groupLimit';
import { deliveredText } from './wording';

const STATS_EVERY_MS = 1_000;
/** Targets that are gone are remembered until so many newer ones were attached. */
const MAX_TARGETS = 200;

export interface DeliveriesOptions {
  facts: FactHub;
  log: Log;
  writeLog: WriteLog;
  /** Holds the secrets. */
  env?: NodeJS.ProcessEnv;
  limits?: QueueLimits;
  /** Monotonic clock. */
  nowMs?: () => number;
}

export class Deliveries {
  private settings = DEFAULT_DELIVERY_SETTINGS;
  private readonly targets = new Map<string, Target>();
  private queues = new Map<string, ChannelQueue>();
  private readonly leaving = new Set<Promise<void>>();
  private readonly limit: GroupLimit;
  private readonly unlisten: (() => void)[];
  private statsTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: DeliveriesOptions) {
    const { facts, nowMs = () => performance.now() } = options;
    this.limit = new GroupLimit(nowMs);
    this.unlisten = [
      facts.listen('targetChanged', ({ target }) => this.noteTarget(target)),
      facts.listen('slowRequest', slowRequest => this.onSlowRequest(slowRequest)),
    ];
  }

  /** Channels whose settings stay the same go on with what they have; the others send what waits and end. */
  configure(settings: DeliverySettings): void {
    this.settings = settings;
    const { env = process.env, writeLog, limits = QUEUE_LIMITS, facts } = this.options;
    const before = this.queues;
    this.queues = new Map();
    for (const { key, create } of plannedChannels(settings, env, writeLog)) {
      const kept = before.get(key);
      const tell = (severity: 'info' | 'warning', message: string) =>
        facts.emit('notice', { severity, source: 'delivery', message });
      this.queues.set(key, kept ?? new ChannelQueue(create(), limits, () => this.statsChanged(), tell));
      before.delete(key);
    }
    for (const queue of before.values()) this.retire(queue);
    if (before.size + this.queues.size > 0) this.statsChanged();
  }

  /** Gives what waits a last, short chance; nothing is delivered afterwards. */
  async close(): Promise<void> {
    for (const stop of this.unlisten) stop();
    await Promise.all([...this.leaving, ...[...this.queues.values()].map(queue => queue.close())]);
    clearTimeout(this.statsTimer);
    if (this.queues.size > 0) this.options.facts.emit('deliveryStats', this.stats());
  }

  private noteTarget(target: Target): void {
    this.targets.set(target.id, target);
    const [oldest] = this.targets.keys();
    if (this.targets.size > MAX_TARGETS && oldest !== undefined) this.targets.delete(oldest);
  }

  /** The watcher calls this in the middle of its own work: it must neither throw nor wait. */
  private onSlowRequest(slowRequest: SlowRequest): void {
    if (this.queues.size === 0) return;
    try {
      this.deliver(slowRequest);
    } catch (error) {
      this.options.log.warn(`no report of ${slowRequest.id}: ${error instanceof Error ? error.stack : error}`);
    }
  }

  private deliver(slowRequest: SlowRequest): void {
    const target = this.targets.get(slowRequest.targetId);
    if (target === undefined || !hasEvidence(slowRequest)) return;
    const admitted = this.limit.admit(slowRequest, target, this.settings.perHour);
    if (admitted === undefined) return;
    if (admitted === 'heldBack') {
      for (const queue of this.queues.values()) queue.countHeldBack();
      return;
    }
    const { group, heldBack } = admitted;
    const text = deliveredText(slowRequest, target, heldBack);
    const delivery: Delivery = { kind: slowRequest.level, slowRequest, target, group, heldBack, text };
    for (const queue of this.queues.values()) queue.push(delivery);
  }

  private retire(queue: ChannelQueue): void {
    const left = queue.close().finally(() => this.leaving.delete(left));
    this.leaving.add(left);
  }

  private stats(): DeliveryStats {
    return { channels: [...this.queues.values()].map(({ stats }) => stats) };
  }

  private statsChanged(): void {
    this.statsTimer ??= setTimeout(() => {
      this.statsTimer = undefined;
      this.options.facts.emit('deliveryStats', this.stats());
    }, STATS_EVERY_MS).unref();
  }
}

/** Its frames, or the sentence that says why there are none. */
function hasEvidence({ frames, notes, state }: SlowRequest): boolean {
  return frames.length > 0 || notes.length > 0 || state.state !== 'running';
}
