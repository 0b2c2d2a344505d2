/** From the agent's reports to slow requests as people see them: the cause, its evidence, and what could not be seen. */
import type { AgentReport, Evidence, PendingWait, RequestDetails, RequestReport } from '../agent/reports';
import type { RequestBoxes } from '../protocol/boxValues';
import type { Interruption } from '../protocol/interruptionValues';
import type { CapturedVariables, Cause, Frame, SlowRequest, SlowRequestState, Wait } from '../protocol/values';
import { type AppIdentity, GroupNames } from '../reports/groupId';
import { type FrameResolver, guiltyFrameOf } from '../sources/frames';
import { LookLog, type Sight } from './lookLog';
import { type Stretch, Stretches } from './lookStretch';
import { causeOf, timeSplit } from './timeSplit';
import { type WaitSite, WaitTally } from './waitTally';

/** What is remembered of one request between its reports. */
interface Known {
  readonly tally: WaitTally;
  evidence: Evidence | undefined;
  details: RequestDetails;
  readonly notes: Set<string>;
  readonly stretches: Stretches;
  readonly looks: LookLog;
  others: SlowRequest['others'];
  /** Or why there are none: a sentence. */
  variables: CapturedVariables | string | undefined;
  interruption: Interruption | undefined;
  isHung: boolean;
}

/** What the agent said of the app when it told of a request. */
export type Surroundings = Pick<AgentReport, 'atMs' | 'running' | 'requestsInFlight' | 'inFlight'>;

/** Notes are also taken of requests that never turn slow: the oldest are forgotten. */
const MAX_KNOWN = 5_000;
const OTHERS_SHOWN = 5;

const CALLED_FROM =
  'After an await, only library code was on the stack. The call from your own code is one that this request made meanwhile.';

export interface AssemblerSettings {
  /** Makes ids unique when numbers start anew. */
  idPrefix: string;
  targetId: string;
  app: AppIdentity;
  /** From this age on a request is hung, in milliseconds. */
  hungMs(): number;
  /** The slow request with this number, when it is known: the one that held another up. */
  requestByNumber(requestNumber: number): SlowRequest | undefined;
}

export class SlowRequestAssembler {
  private readonly known = new Map<number, Known>();
  private readonly groupNames: GroupNames;

  constructor(
    private readonly resolver: FrameResolver,
    private readonly settings: AssemblerSettings,
  ) {
    this.groupNames = new GroupNames(settings.app);
  }

  /** Adds a sentence to what is said about a request now and later. */
  note(requestNumber: number, sentence: string): void {
    this.of(requestNumber).notes.add(sentence);
  }

  /** @param variables what a request's frames hold, or a sentence that says why that is not known */
  tellVariables(requestNumber: number, variables: CapturedVariables | string): void {
    this.of(requestNumber).variables = variables;
  }

  /** Says that a request was stopped. */
  tellInterruption(requestNumber: number, interruption: Interruption): void {
    this.of(requestNumber).interruption = interruption;
  }

  /**
   * @param report what the agent said of the request
   * @param around what it said of the app at the same time
   */
  async assemble(report: RequestReport, around: Surroundings): Promise<SlowRequest> {
    const known = this.of(report.requestNumber);
    if (report.details) known.details = report.details;
    if (report.evidence) known.evidence = report.evidence;
    if (report.end === undefined) known.tally.credit(known.evidence?.waits ?? [], around.atMs);
    known.isHung ||= report.durationMs >= this.settings.hungMs();
    await this.look(report, around, known);
    const time = timeSplit(report);
    const cause = causeOf(time);
    const shown = await this.shown(cause, report, known);
    const slowRequest: SlowRequest = {
      id: `${this.settings.idPrefix}:${report.requestNumber}`,
      targetId: this.settings.targetId,
      requestNumber: report.requestNumber,
      method: report.method,
      url: report.url,
      route: report.route,
      ...known.details,
      groupId: '',
      level: known.isHung ? 'hung' : 'slow',
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
      looks: [...known.looks.looks],
      lookShares: known.looks.shares(),
      others: known.others,
      notes: [...known.notes, ...shown.notes],
    };
    if (typeof known.variables === 'string') slowRequest.notes.push(known.variables);
    else if (known.variables !== undefined) slowRequest.variables = known.variables;
    if (known.interruption !== undefined) slowRequest.interruption = known.interruption;
    const boxes = await this.boxesOf(known);
    if (boxes !== undefined) slowRequest.boxes = boxes;
    const guiltyFrame = guiltyFrameOf(slowRequest.frames);
    if (guiltyFrame !== undefined) slowRequest.guiltyFrame = guiltyFrame;
    slowRequest.groupId = this.groupNames.nameOf(slowRequest);
    if (report.end) this.known.delete(report.requestNumber);
    return slowRequest;
  }

  private of(requestNumber: number): Known {
    let known = this.known.get(requestNumber);
    if (known === undefined) {
      known = newlyKnown();
      this.known.set(requestNumber, known);
      const [oldest] = this.known.keys();
      if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    }
    return known;
  }

  /** Looks at the request if it is time to. */
  private async look(report: RequestReport, around: Surroundings, known: Known): Promise<void> {
    const { looks, stretches } = known;
    const hasEnded = report.end !== undefined;
    stretches.hear(report, known.evidence);
    const hungMs = this.settings.hungMs();
    if (!looks.isDue(report.durationMs, hungMs, hasEnded)) return;
    const isOnLoop = around.running?.requestNumber === report.requestNumber;
    const stretch = hasEnded ? stretches.sinceLook() : stretches.now(isOnLoop);
    looks.add(report.durationMs, hungMs, await this.sightOf(stretch, report));
    if (!hasEnded) known.others = othersThan(report.requestNumber, around);
  }

  private async sightOf({ cause, frames: raw, wait }: Stretch, report: RequestReport): Promise<Sight> {
    const frames = cause === 'heldUp' ? this.heldUp(report).frames : await this.resolver.resolve(raw);
    const frame = frames[guiltyFrameOf(frames) ?? 0];
    return { cause, ...(frame === undefined ? {} : { frame }), ...(wait === undefined ? {} : { wait }) };
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

  private async boxesOf({ evidence }: Known): Promise<RequestBoxes | undefined> {
    if (evidence?.boxes === undefined) return undefined;
    const { fired, leftOut } = evidence.boxes;
    const resolved = fired.map(async box => ({ ...box, frames: await this.resolver.resolve(box.frames) }));
    return { fired: await Promise.all(resolved), leftOut };
  }

  private async framesOf(wait: PendingWait | undefined): Promise<Frame[]> {
    return wait === undefined ? [] : this.resolver.resolve(wait.frames);
  }
}

type Shown = Pick<SlowRequest, 'frames' | 'wait' | 'otherWaits' | 'notes'>;

function newlyKnown(): Known {
  return {
    tally: new WaitTally(),
    evidence: undefined,
    details: { headers: [], query: [] },
    notes: new Set(),
    stretches: new Stretches(),
    looks: new LookLog(),
    others: { count: 0, shown: [] },
    variables: undefined,
    interruption: undefined,
    isHung: false,
  };
}

/** The request itself is one of those in flight. */
function othersThan(own: number, { atMs, requestsInFlight, inFlight }: Surroundings): SlowRequest['others'] {
  const others = inFlight
    .filter(({ requestNumber }) => requestNumber !== own)
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .slice(0, OTHERS_SHOWN);
  const shown = others.map(({ startedAtMs, ...other }) => ({ ...other, durationMs: Math.max(0, atMs - startedAtMs) }));
  return { count: Math.max(requestsInFlight - 1, shown.length), shown };
}

function stateOf({ end }: RequestReport): SlowRequestState {
  if (end === undefined) return { state: 'running' };
  return end.kind === 'aborted' ? { state: 'aborted' } : { state: 'finished', statusCode: end.statusCode };
}
