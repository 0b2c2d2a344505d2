/** From the agent's reports to slow requests as people see them: the cause, its evidence, and what could not be seen. */
import type { AgentReport, Evidence, PendingWait, RequestDetails, RequestReport } from '../agent/reports';
import type { Cause, Frame, SlowRequest, SlowRequestState, Wait } from '../protocol/values';
import { type AppIdentity, groupIdOf } from '../reports/groupId';
import { type FrameResolver, guiltyFrameOf } from '../sources/frames';
import { LookLog } from './lookLog';
import { Sights } from './sights';
import { causeOf, timeSplit } from './timeSplit';
import { type WaitSite, WaitTally } from './waitTally';

/** What is remembered of one request between its reports. */
interface Known {
  readonly tally: WaitTally;
  readonly looks: LookLog;
  readonly sights: Sights;
  evidence: Evidence | undefined;
  details: RequestDetails;
  others: SlowRequest['others'];
  readonly notes: Set<string>;
}

/** Notes are also taken of requests that never turn slow: the oldest are forgotten. */
const MAX_KNOWN = 5_000;

/** Requests named that were in flight at the same time. */
const MAX_OTHERS = 5;

const CALLED_FROM =
  'After an await, only library code was on the stack. The call from your own code is one that this request made meanwhile.';

export interface AssemblerSettings {
  /** Makes ids unique when numbers start anew. */
  idPrefix: string;
  targetId: string;
  app: AppIdentity;
  /** Age in milliseconds from which on a request is hung. */
  hungMs(): number;
  /** The slow request with this number, when it is known: the one that held another up. */
  requestByNumber(requestNumber: number): SlowRequest | undefined;
}

export class SlowRequestAssembler {
  private readonly known = new Map<number, Known>();

  constructor(
    private readonly resolver: FrameResolver,
    private readonly settings: AssemblerSettings,
  ) {}

  /** Adds a sentence to what is said about a request now and later. */
  note(requestNumber: number, sentence: string): void {
    this.of(requestNumber).notes.add(sentence);
  }

  /**
   * @param report what the agent said
   * @param now the rest of what it said then
   */
  async assemble(report: RequestReport, now: Now): Promise<SlowRequest> {
    const { atMs } = now;
    const known = this.of(report.requestNumber);
    if (report.details) known.details = report.details;
    if (report.evidence) known.evidence = report.evidence;
    if (report.end === undefined) known.tally.credit(known.evidence?.waits ?? [], atMs);
    if (report.end === undefined) known.others = othersOf(report.requestNumber, now);
    await this.look(report, known);
    const time = timeSplit(report);
    const cause = causeOf(time);
    const shown = await this.shown(cause, report, known);
    const slowRequest: Omit<SlowRequest, 'groupId'> = {
      id: `${this.settings.idPrefix}:${report.requestNumber}`,
      targetId: this.settings.targetId,
      requestNumber: report.requestNumber,
      method: report.method,
      url: report.url,
      route: report.route,
      ...known.details,
      level: report.durationMs >= this.settings.hungMs() ? 'hung' : 'slow',
      startedAtMs: report.startedAtMs,
      durationMs: report.durationMs,
      thresholdMs: report.thresholdMs,
      state: stateOf(report),
      time,
      cause,
      ...shown,
      heldUpBy: report.heldUpBy,
      longestBlockMs: report.longestBlockMs,
      victims: report.victims,
      looks: known.looks.looks,
      lookShares: known.looks.shares,
      others: known.others,
      notes: [...known.notes, ...shown.notes],
    };
    const guiltyFrame = guiltyFrameOf(slowRequest.frames);
    if (guiltyFrame !== undefined) slowRequest.guiltyFrame = guiltyFrame;
    if (report.end) this.known.delete(report.requestNumber);
    return { ...slowRequest, groupId: groupIdOf(this.settings.app, slowRequest) };
  }

  /** One that has ended before anybody could look, in a native call, is looked at once all the same. */
  private async look(report: RequestReport, { looks, sights, evidence }: Known): Promise<void> {
    const hungMs = this.settings.hungMs();
    const isLast = report.end !== undefined;
    if (isLast ? !looks.isEmpty : !looks.isDue(report.durationMs, hungMs)) return;
    looks.add(report.durationMs, hungMs, await sights.next(report, evidence));
  }

  private of(requestNumber: number): Known {
    let known = this.known.get(requestNumber);
    if (known === undefined) {
      known = {
        tally: new WaitTally(),
        looks: new LookLog(),
        sights: new Sights(this.resolver),
        evidence: undefined,
        details: { headers: [], query: [] },
        others: { count: 0, shown: [] },
        notes: new Set(),
      };
      this.known.set(requestNumber, known);
      const [oldest] = this.known.keys();
      if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    }
    return known;
  }

  private async shown(cause: Cause, report: RequestReport, { evidence, tally }: Known): Promise<Shown> {
    const site = tally.longest();
    const shownId = cause === 'waiting' ? site?.wait.id : undefined;
    const otherWaits = await this.waits(evidence?.waits.filter(({ id }) => id !== shownId) ?? [], report);
    if (cause === 'heldUp') return { ...this.heldUp(report), otherWaits };
    if (cause === 'computing') return { ...(await this.computing(evidence)), otherWaits };
    if (site === undefined) return { ...(await this.waitingUnseen(evidence)), otherWaits };
    return { ...(await this.waiting(site, evidence)), otherWaits };
  }

  private async computing(evidence: Evidence | undefined): Promise<Omit<Shown, 'otherWaits'>> {
    const [heaviest] = evidence?.looks ?? [];
    if (heaviest !== undefined) {
      const notes = heaviest.calledFromAt === undefined ? [] : [CALLED_FROM];
      return { frames: await this.resolver.resolve(heaviest.frames), notes };
    }
    const note = 'The event loop was busy, but no look found its JavaScript: it computes in many short pieces.';
    return { frames: await this.framesOf(evidence?.waits[0] ?? evidence?.lastWait), notes: [note] };
  }

  private async waiting(site: WaitSite, evidence: Evidence | undefined): Promise<Omit<Shown, 'otherWaits'>> {
    const frames = await this.framesOf(site.wait);
    const { kind, label, stackMissing } = site.wait;
    const wait: Wait = { kind, label, durationMs: site.creditedMs, frames: [] };
    const notes: string[] = [];
    if (stackMissing !== undefined) {
      wait.stackMissing = stackMissing;
      notes.push(`No stack of the operation: ${stackMissing}.`);
    }
    if (site.count > 1) notes.push(`Seen waiting here for ${site.count} operations one after the other.`);
    if (evidence?.waitsLeftOut)
      notes.push(`${evidence.waitsLeftOut} more operations were not followed: too many at once.`);
    return { frames, wait, notes };
  }

  private async waitingUnseen(evidence: Evidence | undefined): Promise<Omit<Shown, 'otherWaits'>> {
    const last = evidence?.lastWait;
    const sentence =
      'No pending I/O, timer or child process of this request is known: it waits for a lock, a pool, a queue or the work of another request.';
    if (last === undefined) return { frames: [], notes: [sentence] };
    return {
      frames: await this.framesOf(last),
      notes: [`${sentence} Shown is the last operation it started, which has ended: ${last.label}.`],
    };
  }

  private heldUp(report: RequestReport): Omit<Shown, 'otherWaits'> {
    const [worst] = [...report.heldUpBy].sort((a, b) => b.durationMs - a.durationMs);
    const blocker = worst && this.settings.requestByNumber(worst.requestNumber);
    if (worst === undefined) {
      return { frames: [], notes: ['The event loop was held by other work; which one was not seen.'] };
    }
    const name = `${worst.method} ${worst.route} (request ${worst.requestNumber})`;
    if (blocker === undefined) return { frames: [], notes: [`${name} held the event loop.`] };
    return { frames: blocker.frames, notes: [`The traceback is that of ${name}, which held the event loop.`] };
  }

  private async waits(waits: readonly PendingWait[], { startedAtMs, durationMs }: RequestReport): Promise<Wait[]> {
    return Promise.all(
      waits.map(async wait => ({
        kind: wait.kind,
        label: wait.label,
        durationMs: Math.max(0, startedAtMs + durationMs - wait.startedAtMs),
        frames: await this.framesOf(wait),
        ...(wait.stackMissing === undefined ? {} : { stackMissing: wait.stackMissing }),
      })),
    );
  }

  private async framesOf(wait: PendingWait | undefined): Promise<Frame[]> {
    return wait === undefined ? [] : this.resolver.resolve(wait.frames);
  }
}

/** What a report says besides its requests. */
export type Now = Pick<AgentReport, 'atMs' | 'inFlight' | 'requestsInFlight'>;

type Shown = Pick<SlowRequest, 'frames' | 'wait' | 'otherWaits' | 'notes'>;

function stateOf({ end }: RequestReport): SlowRequestState {
  if (end === undefined) return { state: 'running' };
  return end.kind === 'aborted' ? { state: 'aborted' } : { state: 'finished', statusCode: end.statusCode };
}

function othersOf(requestNumber: number, { atMs, inFlight, requestsInFlight }: Now): SlowRequest['others'] {
  const shown = inFlight
    .filter(other => other.requestNumber !== requestNumber)
    .slice(0, MAX_OTHERS)
    .map(({ startedAtMs, ...other }) => ({ ...other, durationMs: Math.max(0, atMs - startedAtMs) }));
  return { count: Math.max(shown.length, requestsInFlight - 1), shown };
}
