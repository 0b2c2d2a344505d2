/**
 * Stops a request that holds the event loop: the app's side of it. The sidecar calls `ready`, `act`, orders V8 to
 * terminate, and calls `settle`; nothing of ours may be called in between, since V8 would terminate that instead.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerInstead, answerOnSocket } from './answerInstead';
import { isForeign, obstacleIn, stoppedAt } from './interruptible';
import type { LoopBlocks } from './loopBlocks';
import type { EndedRequest, EndOutcome, InterruptOutcome, RawFrame } from './reports';
import type { RequestRecord } from './requests';
import type { Clock, Load } from './runtime';
import { capture, materialise } from './stacks';
import { unwindAsyncIds, unwindingObstacle } from './unwinding';

const STACK_LIMIT = 200;
/** An order that took longer is too late: it may have waited for a native call to end. */
const MAX_ORDER_AGE_MS = 1_000;
/** The order to terminate follows within some milliseconds. */
const HOLD_MS = 500;
const END_CHANNEL = 'introspector.timebox.end';

/** What is known of the app around it. */
interface Surroundings {
  /** The request whose JavaScript runs. */
  running(): RequestRecord | undefined;
  inFlight(): Iterable<RequestRecord>;
  /** Says that a request was answered with 503, past its response. */
  finished(request: IncomingMessage): void;
  blocks: LoopBlocks;
}

export class Interruption {
  /** True from the order to terminate until that has been carried out. */
  private isHeld = false;

  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
    private readonly around: Surroundings,
  ) {}

  /** @returns time on the agent's clock, for `act` */
  ready(): number {
    return this.clock.nowMs();
  }

  /**
   * Answers the client and makes the app ready to be terminated, if the request may be.
   *
   * @param requestNumber what is to be stopped
   * @param orderedMs what `ready` gave
   * @param why one sentence for the client
   * @returns JSON of InterruptOutcome: with an obstacle nothing was done and V8 must not be told to terminate
   */
  act(requestNumber: number, orderedMs: number, why: string): string {
    return JSON.stringify(this.tryTo(requestNumber, orderedMs, why));
  }

  /** To be called when V8 has terminated, or has not in time. @returns whether that request still runs */
  settle(requestNumber: number): boolean {
    this.isHeld = false;
    const frames = materialise(capture(STACK_LIMIT));
    return this.around.running()?.number === requestNumber && frames.some(isForeign);
  }

  /** @returns fulfilled when the event loop has turned once */
  turned(): Promise<true> {
    return new Promise(resolve => setImmediate(resolve, true as const));
  }

  /**
   * Answers a request that only waits, and fires the signals of its timeboxes. What it waits for goes on.
   *
   * @param why one sentence for the client
   * @returns JSON of EndOutcome, when the event loop was free to do it
   */
  async end(requestNumber: number, orderedMs: number, why: string): Promise<string> {
    await this.turned();
    return JSON.stringify(this.endNow(requestNumber, orderedMs, why));
  }

  private tryTo(requestNumber: number, orderedMs: number, why: string): InterruptOutcome {
    const nowMs = this.clock.nowMs();
    const record = this.around.running();
    const frames = materialise(capture(STACK_LIMIT));
    const obstacle = this.obstacle(requestNumber, orderedMs, record, frames);
    const { request, response } = record ?? {};
    if (obstacle !== undefined || record === undefined || !request || !response) {
      return { obstacle: obstacle ?? 'nothing of it is known any more' };
    }
    record.wasStopped = true;
    const answer = answerOnSocket(this.load, request, response, why);
    unwindAsyncIds(this.load);
    const ageMs = nowMs - record.startedMs;
    const blockedMs = Math.min(ageMs, this.around.blocks.cutShort());
    this.hold();
    const { beganUnseen } = record;
    if (answer === 'sent503') this.around.finished(request);
    return { stopped: { answer, beganUnseen, ageMs, blockedMs, frames: stoppedAt(frames) } };
  }

  private obstacle(
    requestNumber: number,
    orderedMs: number,
    record: RequestRecord | undefined,
    frames: RawFrame[],
  ): string | undefined {
    if (this.clock.nowMs() - orderedMs > MAX_ORDER_AGE_MS) return 'a native call kept the order waiting';
    if (record === undefined || frames.length === 0) return 'it does not hold the event loop now';
    if (record.number !== requestNumber) {
      return `it does not hold the event loop now, request ${record.number} does`;
    }
    if (record.ended) return 'it has been answered already';
    return obstacleIn(frames) ?? unwindingObstacle(this.load, frames);
  }

  /** Should the request end by itself right now, nobody else may be terminated in its place. */
  private hold(): void {
    this.isHeld = true;
    const untilMs = this.clock.nowMs() + HOLD_MS;
    const wait = () => {
      while (this.isHeld && this.clock.nowMs() < untilMs);
      this.isHeld = false;
    };
    process.nextTick(wait);
    queueMicrotask(wait);
  }

  private endNow(requestNumber: number, orderedMs: number, why: string): EndOutcome {
    if (this.clock.nowMs() - orderedMs > MAX_ORDER_AGE_MS) return { obstacle: 'the event loop was held for too long' };
    const record = [...this.around.inFlight()].find(({ number }) => number === requestNumber);
    if (!record?.request || !record.response) return { obstacle: 'it has ended' };
    return { ended: this.answered(record, record.request, record.response, why) };
  }

  private answered(
    record: RequestRecord,
    request: IncomingMessage,
    response: ServerResponse,
    why: string,
  ): EndedRequest {
    record.wasStopped = true;
    const ageMs = this.clock.nowMs() - record.startedMs;
    const answer = answerInstead(this.load, request, response, why);
    const order = { isYours: () => this.around.running() === record, reason: why, ended: 0 };
    this.load('diagnostics_channel').channel(END_CHANNEL).publish(order);
    return { answer, ageMs, boxes: Number(order.ended) || 0 };
  }
}
