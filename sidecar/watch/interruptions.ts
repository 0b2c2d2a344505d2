/** Stops requests of one target: when a client orders it, and when the budget of a route is spent. */
import type { AgentReport, RawFrame } from '../agent/reports';
import type { Log } from '../log';
import { errors } from '../protocol/errors';
import type { Interruption, OrderedBy, Skipped } from '../protocol/interruptionValues';
import { exactMs } from '../protocol/words';
import { pathOf } from '../sources/fileUrls';
import type { FrameResolver } from '../sources/frames';
import { SkippedClauses } from '../sources/skippedClauses';
import type { AgentSession } from './agentSession';
import type { Refusal, Stopped } from './interrupter';

/** What an order is told that the app takes no calls for. */
const NO_GAP_MS = 2_000;
const TRY_AGAIN_MS = 500;
const STOPPED_SENTENCE = 'This request was stopped because it kept the server from working.';
const ENDED_SENTENCE = 'This request was stopped because it took too long.';

/** What is known of the target around it. */
interface Surroundings {
  isPaused(): boolean;
  /** Puts it into what is told of the request. */
  tell(requestNumber: number, interruption: Interruption): void;
  note(requestNumber: number, sentence: string): void;
}

export class Interruptions {
  private session: AgentSession | undefined;
  private readonly clauses = new SkippedClauses();
  private orders: (() => Promise<void>)[] = [];
  /** By request: when its budget was last tried to be kept. */
  private readonly triedMs = new Map<number, number>();
  private onRunning: ((report: AgentReport) => void) | undefined;

  constructor(
    private readonly resolver: FrameResolver,
    private readonly around: Surroundings,
    private readonly log: Log,
  ) {}

  /** @param session of the agent that is in the app from now on */
  use(session: AgentSession): void {
    this.session = session;
    this.triedMs.clear();
  }

  /**
   * Terminates what a request computes, and answers its client.
   *
   * @throws IntrospectorError `cannotInterrupt`
   */
  interrupt(requestNumber: number, orderedBy: OrderedBy = { who: 'user' }): Promise<Interruption> {
    return this.inTurn(requestNumber, async session => {
      const stopped = await session.interrupter.stop(requestNumber, STOPPED_SENTENCE);
      return 'obstacle' in stopped ? stopped : this.interrupted(stopped, orderedBy);
    });
  }

  /**
   * Answers a request that only waits, in place of the app.
   *
   * @throws IntrospectorError `cannotInterrupt`
   */
  end(requestNumber: number): Promise<Interruption> {
    return this.inTurn(requestNumber, async session => {
      const ended = await session.interrupter.end(requestNumber, ENDED_SENTENCE);
      if ('obstacle' in ended) return ended;
      const { answer, ageMs: atMs, boxes } = ended;
      const notes = ['What it waits for goes on, and so does its code; what that writes as an answer is dropped.'];
      return {
        kind: 'ended',
        orderedBy: { who: 'user' },
        answer,
        atMs,
        blockedMs: 0,
        frames: [],
        skipped: [],
        boxes,
        notes,
      };
    });
  }

  /**
   * Interrupts the first request that is seen to hold the event loop and fits.
   *
   * @param fits given method and route
   * @param signal gives up
   * @throws IntrospectorError `cannotInterrupt`
   */
  async interruptRunning(fits: (method: string, route: string) => boolean, signal: AbortSignal): Promise<Interruption> {
    const requestNumber = await new Promise<number>((resolve, reject) => {
      signal.addEventListener(
        'abort',
        () =>
          reject(
            errors.cannotInterrupt(
              'no such request held the event loop in time',
              'See by introspector watch what it does.',
            ),
          ),
        { once: true },
      );
      this.onRunning = ({ running, inFlight }) => {
        const found = inFlight.find(each => each.requestNumber === running?.requestNumber);
        if (found !== undefined && fits(found.method, found.route)) resolve(found.requestNumber);
      };
    });
    this.onRunning = undefined;
    return this.interrupt(requestNumber);
  }

  /** Looks whether a budget is spent. */
  onReport(report: AgentReport): void {
    this.onRunning?.(report);
    const { requestNumber, budgetMs, ranForMs = 0 } = report.running ?? {};
    if (requestNumber === undefined || budgetMs === undefined || ranForMs < budgetMs || this.around.isPaused()) return;
    const nowMs = performance.now();
    if (nowMs - (this.triedMs.get(requestNumber) ?? Number.NEGATIVE_INFINITY) < TRY_AGAIN_MS) return;
    this.triedMs.set(requestNumber, nowMs);
    this.interrupt(requestNumber, { who: 'budget', budgetMs }).catch(error => {
      const reason = error instanceof Error ? error.message : String(error);
      this.around.note(requestNumber, `Its budget of ${exactMs(budgetMs)} is spent. ${reason}`);
    });
  }

  /** To be called when no call of ours is under way. Does not fail. */
  async betweenDrains(): Promise<void> {
    for (let order = this.orders.shift(); order !== undefined; order = this.orders.shift()) await order();
  }

  private async inTurn(
    requestNumber: number,
    act: (session: AgentSession) => Promise<Interruption | Refusal>,
  ): Promise<Interruption> {
    const done = await this.queued(() => this.carriedOut(act));
    if ('obstacle' in done) throw errors.cannotInterrupt(done.obstacle, hintFor(done.obstacle));
    this.around.tell(requestNumber, done);
    return done;
  }

  private async carriedOut(
    act: (session: AgentSession) => Promise<Interruption | Refusal>,
  ): Promise<Interruption | Refusal> {
    if (this.around.isPaused()) return { obstacle: 'the app stands at a breakpoint of a debugger' };
    if (this.session === undefined) return { obstacle: 'its app has ended' };
    try {
      return await act(this.session);
    } catch (error) {
      this.log.warn(`interrupting failed: ${String(error)}`);
      return { obstacle: 'the app could not be asked' };
    }
  }

  /** Waits until nothing else is asked of the app. */
  private queued(work: () => Promise<Interruption | Refusal>): Promise<Interruption | Refusal> {
    return new Promise(resolve => {
      const order = async () => {
        clearTimeout(late);
        resolve(await work());
      };
      const late = setTimeout(() => {
        this.orders = this.orders.filter(each => each !== order);
        const why = this.around.isPaused()
          ? 'the app stands at a breakpoint of a debugger'
          : 'a native call is at work, which lets nobody in until it returns';
        resolve({ obstacle: why });
      }, NO_GAP_MS);
      this.orders.push(order);
    });
  }

  private async interrupted(stopped: Stopped, orderedBy: OrderedBy): Promise<Interruption> {
    const { answer, ageMs: atMs, blockedMs, frames: raw, servesAfterMs, notes } = stopped;
    if (stopped.beganUnseen)
      notes.push('It had begun before Introspector was attached: it ran for longer than was seen.');
    const frames = await this.resolver.resolve(raw);
    const skipped = await this.skippedIn(raw, frames);
    const told = { kind: 'interrupted' as const, orderedBy, answer, atMs, blockedMs, frames, skipped, boxes: 0, notes };
    return servesAfterMs === undefined ? told : { ...told, servesAfterMs };
  }

  private async skippedIn(raw: readonly RawFrame[], frames: Interruption['frames']): Promise<Skipped[]> {
    const found: Skipped[] = [];
    for (const [index, { file, line, column }] of raw.entries()) {
      const frame = frames[index];
      if (frame?.origin !== 'user' && frame?.origin !== 'package') continue;
      const clauses = await this.clauses.at(pathOf(file), line, column);
      if (clauses !== undefined) found.push({ frame, clauses });
    }
    return found;
  }
}

function hintFor(obstacle: string): string {
  if (obstacle.includes('debugger')) return 'Nothing was done. Let it go on, or detach the debugger, and try again.';
  if (obstacle.includes('does not hold the event loop')) {
    return 'Nothing was done. A request that only waits can be answered instead: End Response.';
  }
  if (obstacle.includes('native call')) return 'Nothing was done. Only the end of the process would stop it.';
  return 'Nothing was done. Try again: what it does changes from moment to moment.';
}
