/** One channel with its queue: a worker of its own, so that a slow or broken channel delays nobody else. */
import type { DeliveryChannel, Notice } from '../protocol/values';
import type { Channel, Delivery } from './delivery';

export interface QueueLimits {
  /** Reports that may wait; more are dropped, since the oldest tell how it began. */
  capacity: number;
  /** Pauses before the second try, the third … */
  pausesMs: readonly number[];
  /** A try that takes longer has failed. */
  tryMs: number;
  /** What waits at the end gets so long. */
  closeMs: number;
}

/** A mail server that is being restarted is back after some seconds. */
export const QUEUE_LIMITS: QueueLimits = { capacity: 100, pausesMs: [1_000, 5_000], tryMs: 10_000, closeMs: 3_000 };

export class ChannelQueue {
  private readonly waiting: Delivery[] = [];
  private readonly counts = { delivered: 0, failed: 0, dropped: 0, heldBack: 0 };
  private lastError: string | undefined;
  private isFailing = false;
  private isFull = false;
  private isClosing = false;
  private readonly end = new AbortController();
  private wake: (() => void) | undefined;
  private worker: Promise<void> | undefined;
  private inHand = 0;

  constructor(
    private readonly channel: Channel,
    private readonly limits: QueueLimits,
    /** Called whenever `stats` changed. */
    private readonly onChange: () => void,
    private readonly tell: (severity: Notice['severity'], message: string) => void,
  ) {}

  get stats(): DeliveryChannel {
    const stats = { name: this.channel.name, ...this.counts, waiting: this.waiting.length + this.inHand };
    return this.lastError === undefined ? stats : { ...stats, lastError: this.lastError };
  }

  countHeldBack(): void {
    this.counts.heldBack += 1;
    this.onChange();
  }

  /** Never throws and never waits. */
  push(delivery: Delivery): void {
    if (this.isClosing) return;
    if (this.waiting.length >= this.limits.capacity) this.drop();
    else this.waiting.push(delivery);
    this.onChange();
    this.worker ??= this.work();
  }

  /** Tries once more what waits, for a short time; what is left then counts as dropped. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake?.();
    const timer = setTimeout(() => this.end.abort(new Error('the sidecar ended')), this.limits.closeMs);
    await this.worker;
    clearTimeout(timer);
    this.counts.dropped += this.waiting.length;
    this.waiting.length = 0;
    this.onChange();
  }

  private drop(): void {
    this.counts.dropped += 1;
    if (this.isFull) return;
    this.isFull = true;
    const { name } = this.channel;
    this.tell(
      'warning',
      `${this.limits.capacity} reports wait for ${name}: more are dropped and counted until it works again.`,
    );
  }

  private async work(): Promise<void> {
    for (let delivery = this.next(); delivery !== undefined; delivery = this.next()) {
      const isDelivered = await this.deliver(delivery);
      this.inHand = 0;
      this.counts[isDelivered ? 'delivered' : 'failed'] += 1;
      if (this.waiting.length === 0) this.isFull = false;
      this.onChange();
    }
    this.worker = undefined;
  }

  private next(): Delivery | undefined {
    if (this.end.signal.aborted) return undefined;
    const delivery = this.waiting.shift();
    this.inHand = delivery === undefined ? 0 : 1;
    return delivery;
  }

  private async deliver(delivery: Delivery): Promise<boolean> {
    for (let tried = 0; ; tried += 1) {
      try {
        await this.tryOnce(delivery);
        this.recovered();
        return true;
      } catch (error) {
        this.failed(error instanceof Error ? error.message : String(error));
      }
      const pauseMs = this.limits.pausesMs[tried];
      if (pauseMs === undefined || this.end.signal.aborted) return false;
      await this.pause(pauseMs);
    }
  }

  private async tryOnce(delivery: Delivery): Promise<void> {
    const time = new AbortController();
    const seconds = this.limits.tryMs / 1_000;
    const timer = setTimeout(() => time.abort(new Error(`no answer within ${seconds} s`)), this.limits.tryMs);
    const signal = AbortSignal.any([time.signal, this.end.signal]);
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([this.channel.deliver(delivery, signal), aborted]);
    } finally {
      clearTimeout(timer);
    }
  }

  private pause(pauseMs: number): Promise<void> {
    if (this.isClosing) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pauseMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private failed(message: string): void {
    this.lastError = message;
    if (!this.isFailing) {
      const tries = this.limits.pausesMs.length + 1;
      this.tell(
        'warning',
        `Reports do not get through by ${this.channel.name}: ${message.replace(/\.$/, '')}. Each is tried ${tries} times, then given up and counted.`,
      );
    }
    this.isFailing = true;
    this.onChange();
  }

  private recovered(): void {
    if (this.isFailing) this.tell('info', `Reports get through by ${this.channel.name} again.`);
    this.isFailing = false;
    this.lastError = undefined;
  }
}
