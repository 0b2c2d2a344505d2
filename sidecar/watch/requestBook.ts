/** The slow requests of one target, remembered, and its timeboxes: added up by line, and told of when there is news. */
import type { AgentReport } from '../agent/reports';
import type { SlowRequest } from '../protocol/values';
import { LineHints } from '../reports/lineHints';
import { RequestGroups } from '../reports/requestGroups';
import type { FrameResolver } from '../sources/frames';
import { BoxSites } from './boxSites';
import type { Emit } from './facts';

const HINTS_EVERY_MS = 250;
/** A running request whose evidence is the same is only told of again to show its time. */
const SAME_AGAIN_EVERY_MS = 500;
const MAX_REMEMBERED = 500;
/** Those that run are remembered beyond that, since their end will have to be told; some 20 kB each. */
const MAX_RUNNING = 2_500;

/** What outlives the process, when its app is started again. */
export interface Gathered {
  hints: LineHints;
  groups: RequestGroups;
  remembered: Map<string, SlowRequest>;
  boxes: BoxSites;
}

export class RequestBook {
  readonly gathered: Gathered;
  /** Requests told of so far. */
  count = 0;
  private readonly emittedMs = new Map<string, number>();
  private hintsDirty = false;
  private hintsTimer: NodeJS.Timeout | undefined;

  /** @param before of the same app; goes on from there */
  constructor(
    private readonly targetId: string,
    private readonly emit: Emit,
    before: Gathered | undefined,
  ) {
    this.gathered = before ?? {
      hints: new LineHints(),
      groups: new RequestGroups(),
      remembered: new Map(),
      boxes: new BoxSites(targetId),
    };
  }

  /** Sends hints and groups from now on, a few times a second when they change. */
  start(): void {
    this.hintsTimer = setInterval(() => this.flush(), HINTS_EVERY_MS);
  }

  /** @returns a slow request of this target; undefined when it is not remembered */
  request(id: string): SlowRequest | undefined {
    return this.gathered.remembered.get(id);
  }

  /** @param isNews true when it is to be told of at once */
  take(slowRequest: SlowRequest, isNews: boolean): void {
    const before = this.request(slowRequest.id);
    this.remember(slowRequest);
    const sinceMs = performance.now() - (this.emittedMs.get(slowRequest.id) ?? 0);
    if (isNews || newsOf(before) !== newsOf(slowRequest) || sinceMs >= SAME_AGAIN_EVERY_MS) this.publish(slowRequest);
  }

  /**
   * Takes what happened to timeboxes since the last time. Does not fail.
   *
   * @returns what cannot be told of, in sentences for a log
   */
  async takeBoxes({ boxes }: AgentReport, resolver: FrameResolver): Promise<string[]> {
    if (boxes === undefined) return [];
    const { places, leftOut } = boxes;
    const problems = leftOut > 0 ? [`${leftOut} timeboxes are not counted: too many fired at once`] : [];
    try {
      await this.gathered.boxes.add(places, resolver);
    } catch (error) {
      problems.push(`timeboxes cannot be told of: ${String(error)}`);
    }
    return problems;
  }

  /**
   * Ends the requests that still ran, and the sending of hints.
   *
   * @param message what became of the target
   * @returns those that were cut off
   */
  close(message: string): SlowRequest[] {
    clearInterval(this.hintsTimer);
    const running = [...this.gathered.remembered.values()].filter(({ state }) => state.state === 'running');
    const cutOff = running.map((request): SlowRequest => ({ ...request, state: { state: 'unknown', message } }));
    for (const slowRequest of cutOff) {
      this.remember(slowRequest);
      this.publish(slowRequest);
    }
    this.flush();
    return cutOff;
  }

  private publish(slowRequest: SlowRequest): void {
    if (!this.emittedMs.has(slowRequest.id)) this.count += 1;
    this.emittedMs.set(slowRequest.id, performance.now());
    if (slowRequest.state.state !== 'running') this.emittedMs.delete(slowRequest.id);
    this.gathered.hints.add(slowRequest);
    this.gathered.groups.add(slowRequest);
    this.hintsDirty = true;
    this.emit('slowRequest', slowRequest);
  }

  private remember(slowRequest: SlowRequest): void {
    const { remembered } = this.gathered;
    remembered.set(slowRequest.id, slowRequest);
    if (remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.oldestEnded() ?? (remembered.size > MAX_RUNNING ? [...remembered.keys()][0] : undefined);
    if (oldest !== undefined) remembered.delete(oldest);
  }

  private oldestEnded(): string | undefined {
    for (const [id, { state }] of this.gathered.remembered) if (state.state !== 'running') return id;
    return undefined;
  }

  private flush(): void {
    const sites = this.gathered.boxes.takeChanged();
    if (sites !== undefined) this.emit('boxes', { targetId: this.targetId, sites });
    this.flushHints();
  }

  private flushHints(): void {
    if (!this.hintsDirty) return;
    this.hintsDirty = false;
    this.emit('lineHints', { targetId: this.targetId, hints: this.gathered.hints.all() });
    for (const group of this.gathered.groups.takeChanged()) this.emit('requestGroup', group);
  }
}

/** What is told at once when it changes. */
function newsOf(slowRequest: SlowRequest | undefined): string {
  if (slowRequest === undefined) return '';
  const { state, level, groupId, looks, variables } = slowRequest;
  return [state.state, level, groupId, ...looks.map(({ count }) => count), variables === undefined].join();
}
