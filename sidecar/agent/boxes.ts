/**
 * Listens to what the library `introspector/timebox` tells on its diagnostics channel: boxes that fired, and those that
 * came near to it. Kept as it comes until the next drain, which spells the stacks out and adds up by place.
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { type BoxEvent, boxEventOf } from './boxEvents';
import { guarded } from './guarded';
import type { Undo } from './hooks';
import type { AgentReport, BoxReport } from './reports';
import type { RequestRecord } from './requests';
import type { Load } from './runtime';
import { restoreBorrowed } from './stacks';

const CHANNEL = 'introspector.timebox';
/** A thousand boxes may fire at once, each with a stack of about a kilobyte; more are counted only. */
const MAX_WAITING = 1_000;
/** Near misses leave room for those that fire. */
const MAX_NEAR_WAITING = 500;
/** Spelling out the stacks of this many keeps a drain below 2 ms; the rest has its turn in the next. */
const MAX_TOLD = 25;
/** More in one request are counted only. */
const MAX_A_REQUEST = 10;

export class Boxes {
  private waiting: BoxEvent[] = [];
  private leftOut = 0;

  constructor(
    private readonly load: Load,
    private readonly context: AsyncLocalStorage<RequestRecord>,
  ) {}

  /** Begins to listen. @returns how to stop, which forgets what was not told */
  readonly listen = (): Undo => {
    const channels = this.load('diagnostics_channel');
    const onMessage = guarded<unknown>(message => this.hear(message));
    channels.subscribe(CHANNEL, onMessage);
    return () => {
      this.waiting = [];
      this.leftOut = 0;
      restoreBorrowed();
      return channels.unsubscribe(CHANNEL, onMessage);
    };
  };

  /** @returns what happened since the last time, as far as there is room; nothing when nothing did */
  take(): Pick<AgentReport, 'boxes'> {
    const { leftOut } = this;
    if (this.waiting.length === 0 && leftOut === 0) return {};
    this.leftOut = 0;
    return { boxes: { places: byPlace(this.waiting.splice(0, MAX_TOLD)), leftOut } };
  }

  private hear(message: unknown): void {
    const event = boxEventOf(this.load('util'), message);
    if (event === undefined) return;
    const isFired = event.kind === 'fired';
    if (isFired) noteInRequest(this.context.getStore(), event);
    if (this.waiting.length < (isFired ? MAX_WAITING : MAX_NEAR_WAITING)) this.waiting.push(event);
    else this.leftOut += 1;
  }
}

function noteInRequest(record: RequestRecord | undefined, event: BoxEvent): void {
  if (record === undefined || record.ended) return;
  record.boxes ??= { fired: [], leftOut: 0 };
  if (record.boxes.fired.length < MAX_A_REQUEST) record.boxes.fired.push(event);
  else record.boxes.leftOut += 1;
}

function byPlace(events: readonly BoxEvent[]): BoxReport[] {
  const places = new Map<string, BoxReport>();
  for (const event of events) {
    const [called] = event.frames();
    const key = called === undefined ? '' : `${called.file}:${called.line}:${called.column}`;
    places.set(key, added(places.get(key), event));
  }
  return [...places.values()];
}

function added(before: BoxReport | undefined, event: BoxEvent): BoxReport {
  const { kind, isAsync, budgetMs, elapsedMs, overrunMs } = event;
  const isFired = kind === 'fired';
  const report = before ?? { frames: event.frames(), isAsync, budgetMs, fired: 0, nearMisses: 0 };
  if (isFired || report.fired === 0) Object.assign(report, { frames: event.frames(), isAsync, budgetMs });
  report[isFired ? 'fired' : 'nearMisses'] += 1;
  const worst = isFired ? 'worstFired' : 'worstNear';
  if (elapsedMs >= (report[worst]?.elapsedMs ?? 0)) report[worst] = { budgetMs, elapsedMs, overrunMs };
  return report;
}
