/** The requests in flight: one record each, from the first byte the app sees of it to its last. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestBoxes } from './boxEvents';
import type { Looks } from './looks';
import type { HoldUp, RawFrame, RequestEnd } from './reports';
import type { RequestProfile } from './requestProfile';
import type { RequestTrail } from './requestTrail';
import type { Verdict } from './verdict';
import type { WaitList } from './waitList';

/** Also the value of the async context, so it must let go of everything when the request ends: see `release`. */
export interface RequestRecord {
  readonly number: number;
  readonly method: string;
  readonly url: string;
  /** On the loop's clock; earlier than the handler's call when the request lay in the kernel before. */
  startedMs: number;
  /** The accounts at the start, to subtract: see LoopAccounts. */
  busyAtStartMs: number;
  sharedAtStartMs: number;
  /** Loop time that is known to be this request's. */
  ownMs: number;
  heldUpMs: number;
  heldUpBy: HoldUp[];
  /** Longest stretch it was seen to hold the loop. */
  longestBlockMs: number;
  /** Requests that this one kept from running. */
  victims: number;
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
  /** Pattern told by a framework; else found out when it is asked for. */
  route: string | undefined;
  waits: WaitList | undefined;
  looks: Looks | undefined;
  /** Stack of a call out of the app's own code, sought when no look found any: see CallerSearch. */
  calledFrom: RawFrame[] | undefined;
  /** True from the moment its response is done, though its handler may still run. */
  ended: boolean;
  /** Answered in place of the app: it is told of, slow or not. */
  wasStopped: boolean;
  /** It had begun before the agent came, so that its times are too short. */
  beganUnseen: boolean;
  /** How it ended; only kept for slow ones. */
  end: RequestEnd | undefined;
  durationMs: number;
  /** What was last reported of it, to leave out what has not changed. */
  reportedEvidence: string | undefined;
  /** When it was last reported, on the loop's clock. */
  reportedMs: number;
  /** From when on it is slow, once it was old enough to matter: see RequestJudge. */
  verdict: Verdict | undefined;
  /** While it is profiled. */
  profile: RequestProfile | undefined;
  /** While the continuous profile runs. */
  trail: RequestTrail | undefined;
  /** Timeboxes that fired in it. */
  boxes: RequestBoxes | undefined;
}

/** Lets go of all that belongs to the app or the agent: a long-lived socket may keep the record itself for ever. */
export function release(record: RequestRecord): void {
  record.request = undefined;
  record.response = undefined;
  record.waits = undefined;
  record.looks = undefined;
  record.calledFrom = undefined;
  record.heldUpBy = [];
  record.verdict = undefined;
  record.profile = undefined;
  record.trail = undefined;
  record.boxes = undefined;
}

export class RequestTable {
  /** Oldest first. By their requests, which is what both the end of one and the events of its body come with. */
  readonly inFlight = new Map<IncomingMessage, RequestRecord>();
  seen = 0;

  start(request: IncomingMessage, response: ServerResponse, at: Pick<RequestRecord, StartFields>): RequestRecord {
    this.seen += 1;
    const record: RequestRecord = {
      number: this.seen,
      method: request.method ?? '',
      url: request.url ?? '',
      startedMs: at.startedMs,
      busyAtStartMs: at.busyAtStartMs,
      sharedAtStartMs: at.sharedAtStartMs,
      ownMs: 0,
      heldUpMs: 0,
      heldUpBy: NONE,
      longestBlockMs: 0,
      victims: 0,
      request,
      response,
      route: undefined,
      waits: undefined,
      looks: undefined,
      calledFrom: undefined,
      ended: false,
      wasStopped: false,
      beganUnseen: false,
      end: undefined,
      durationMs: 0,
      reportedEvidence: undefined,
      reportedMs: 0,
      verdict: undefined,
      profile: undefined,
      trail: undefined,
      boxes: undefined,
    };
    this.inFlight.set(request, record);
    return record;
  }

  /** @returns the record of a request that is in flight, now out of the table */
  finish(request: IncomingMessage): RequestRecord | undefined {
    const record = this.inFlight.get(request);
    if (record) this.inFlight.delete(request);
    return record;
  }

  /** Takes out those whose connection has closed without an answer. */
  removeAborted(): RequestRecord[] {
    const aborted: RequestRecord[] = [];
    for (const [request, record] of this.inFlight) {
      if (!record.response?.destroyed && !record.response?.closed) continue;
      this.inFlight.delete(request);
      aborted.push(record);
    }
    return aborted;
  }
}

type StartFields = 'startedMs' | 'busyAtStartMs' | 'sharedAtStartMs';

/** Shared by all records until one is held up: nobody writes into it. */
const NONE: HoldUp[] = [];
