/** Who held the event loop, from when to when, and which other requests could have run meanwhile. */
import { guarded } from './guarded';
import type { LoopAccounts } from './loopAccounts';
import type { QueuedConnection } from './reports';
import type { RequestRecord } from './requests';
import { isPending, type Wait } from './waitList';

/** Shorter stretches of JavaScript hold nobody up that a person would notice. */
const MIN_BLOCK_MS = 20;
/** Drains are 100 ms apart, unless a native call keeps them out. */
const NATIVE_BLOCK_MS = 250;
const KEPT_BLOCKS = 16;
/** Requests named of those that held one up, the worst ones; a stream that is open for days meets thousands. */
const MAX_HOLD_UPS = 20;
/** What was said of queued connections holds until the requests in them had time to start. */
const QUEUED_VALID_MS = 1_000;
/** A loop that has found time to be idle has read all that lay in the kernel; less may be the scheduler's doing. */
const READ_BY_NOW_IDLE_MS = 10;

interface Block {
  readonly record: RequestRecord;
  readonly startedMs: number;
  readonly firstSeenMs: number;
  /**
   * It is known that this request held the loop all along: it did at the drain before (it starves the loop by
   * microtasks), or no drain was answered for long (it was in a native call).
   */
  readonly isCertain: boolean;
  /** 0 while it lasts. */
  endedMs: number;
}

/** A request whose operation was pending when the block ended: held up if it turns out to have ended by then. */
interface Candidate {
  readonly record: RequestRecord;
  readonly wait: Wait;
  readonly heldUpMs: number;
  readonly block: Block;
}

export class LoopBlocks {
  private current: Block | undefined;
  private previous: Block | undefined;
  private readonly recent: Block[] = [];
  private candidates: Candidate[] = [];
  private queued = new Map<string, number>();
  private queuedToldMs = 0;
  private idleAtTellingMs = 0;

  constructor(
    private readonly nowMs: () => number,
    private readonly accounts: LoopAccounts,
    private readonly inFlight: () => Iterable<RequestRecord>,
    private readonly label: (record: RequestRecord) => { method: string; route: string },
    private readonly afterPoll: (callback: () => void) => void,
    private readonly onBlock: (record: RequestRecord, startedMs: number, endedMs: number) => void,
  ) {}

  /**
   * Says that JavaScript of a request is running right now. The end of the stretch is noticed by a microtask, which
   * runs when the stack is empty again.
   *
   * @param busyMs how long the loop has been busy without a pause, at the most
   * @returns how long this stretch has been running, in milliseconds
   */
  running(record: RequestRecord, busyMs: number): number {
    const nowMs = this.nowMs();
    if (this.current === undefined) {
      const startedMs = Math.max(record.startedMs, nowMs - busyMs);
      const isCertain = this.startsWhereItEnded(record, nowMs - busyMs) || nowMs - startedMs >= NATIVE_BLOCK_MS;
      const block = { record, startedMs, firstSeenMs: nowMs, isCertain, endedMs: 0 };
      this.current = block;
      void Promise.resolve(block).then(guarded(ended => this.end(ended)));
    }
    const { current } = this;
    const ranForMs = nowMs - current.startedMs;
    if (isBlock(current, nowMs)) current.record.longestBlockMs = Math.max(current.record.longestBlockMs, ranForMs);
    return ranForMs;
  }

  /**
   * Ends the stretch that runs now: it is about to be cut off, and with it perhaps the microtask that would notice.
   *
   * @returns how long it had been running, in milliseconds; 0 when that was not seen
   */
  cutShort(): number {
    const { current } = this;
    if (current === undefined) return 0;
    this.end(current);
    return current.endedMs - current.startedMs;
  }

  private startsWhereItEnded(record: RequestRecord, busySinceMs: number): boolean {
    return this.previous?.record === record && busySinceMs <= this.previous.endedMs + 1;
  }

  /**
   * Remembers what the sidecar sees from outside while the loop is held.
   *
   * @param heldMs how long nothing has been read, at the most: on a busy connection that is seen unread twice, the second
   *   request may lie where the first one lay
   */
  tellQueued(connections: QueuedConnection[], heldMs: number): void {
    const nowMs = this.nowMs();
    if (connections.length === 0 && nowMs - this.queuedToldMs < QUEUED_VALID_MS) return;
    if (connections.length > 0) this.queuedToldMs = nowMs;
    this.idleAtTellingMs = this.accounts.idleMs();
    const before = this.queued;
    this.queued = new Map(
      connections.map(({ localPort, remotePort, waitedMs }) => {
        const key = `${localPort}:${remotePort}`;
        return [key, before.get(key) ?? nowMs - Math.min(waitedMs, heldMs)];
      }),
    );
  }

  /** Charges a request that has just started for the time it lay unread in the kernel, and moves its start back. */
  noteStart(record: RequestRecord): void {
    if (this.queued.size === 0) return;
    if (this.accounts.idleMs() - this.idleAtTellingMs > READ_BY_NOW_IDLE_MS) {
      // Its connection was told of because of the request before it.
      this.queued.clear();
      return;
    }
    const { localPort, remotePort } = record.request?.socket ?? {};
    const key = `${localPort}:${remotePort}`;
    const queuedMs = this.queued.get(key);
    if (queuedMs === undefined) return;
    this.queued.delete(key);
    const startedMs = record.startedMs;
    record.startedMs = Math.min(startedMs, queuedMs);
    record.heldUpMs += startedMs - record.startedMs;
    for (const block of this.recent) {
      const overlapMs = Math.min(block.endedMs, startedMs) - Math.max(block.startedMs, record.startedMs);
      if (overlapMs > 0) this.charge(block, record, overlapMs, false);
    }
  }

  /** Settles a request that ends before it is known whether it was held up: it ended, so its operation had. */
  noteEnd(record: RequestRecord): void {
    const own = this.candidates.filter(candidate => candidate.record === record);
    if (own.length === 0) return;
    this.candidates = this.candidates.filter(candidate => candidate.record !== record);
    for (const { block, heldUpMs } of own) this.charge(block, record, heldUpMs, true);
  }

  private end(block: Block): void {
    if (this.current !== block) return;
    this.current = undefined;
    this.previous = block;
    block.endedMs = this.nowMs();
    const others = [...this.inFlight()];
    this.accounts.settle(block.record, others.length);
    if (!isBlock(block, block.endedMs)) return;
    this.recent.push(block);
    this.onBlock(block.record, block.startedMs, block.endedMs);
    if (this.recent.length > KEPT_BLOCKS) this.recent.shift();
    for (const record of others) if (record !== block.record) this.consider(block, record);
    if (this.candidates.length > 0) this.afterPoll(() => this.settleCandidates());
  }

  /** A timer that came due during the block was ready to run; of other operations it shows after the next poll. */
  private consider(block: Block, record: RequestRecord): void {
    const fromMs = Math.max(block.startedMs, record.startedMs);
    const pending = record.waits?.pending() ?? [];
    const dueMs = Math.min(...pending.map(wait => wait.probe.dueMs?.(wait) ?? Number.POSITIVE_INFINITY));
    if (dueMs < block.endedMs) {
      this.charge(block, record, block.endedMs - Math.max(fromMs, dueMs), true);
      return;
    }
    for (const wait of pending) {
      const heldUpMs = block.endedMs - Math.max(fromMs, wait.startedMs);
      if (heldUpMs > 0) this.candidates.push({ record, wait, heldUpMs, block });
    }
  }

  private settleCandidates(): void {
    const candidates = this.candidates;
    this.candidates = [];
    const charged = new Set<RequestRecord>();
    for (const { record, wait, heldUpMs, block } of candidates) {
      if (charged.has(record) || isPending(wait)) continue;
      charged.add(record);
      this.charge(block, record, heldUpMs, true);
    }
  }

  private charge(block: Block, record: RequestRecord, durationMs: number, adds: boolean): void {
    if (adds) record.heldUpMs += durationMs;
    const { number: requestNumber } = block.record;
    const before = record.heldUpBy.find(holdUp => holdUp.requestNumber === requestNumber);
    if (before === undefined) block.record.victims += 1;
    const holdUp = { requestNumber, ...this.label(block.record), durationMs: durationMs + (before?.durationMs ?? 0) };
    record.heldUpBy = [...record.heldUpBy.filter(other => other !== before), holdUp]
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, MAX_HOLD_UPS);
  }
}

/** A block's start is only known to lie after the drain before: a short stretch may be mostly other requests' work. */
function isBlock(block: Block, nowMs: number): boolean {
  return block.isCertain || nowMs - block.firstSeenMs >= MIN_BLOCK_MS;
}
