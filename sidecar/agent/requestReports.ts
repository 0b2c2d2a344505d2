/** Turns the records of slow requests into what the sidecar is told about them. */
import { firedBox } from './boxEvents';
import type { LoopAccounts } from './loopAccounts';
import { labelOf } from './namedWait';
import { redactUrl } from './redaction';
import type { Evidence, PendingWait, RequestReport } from './reports';
import { detailsOf } from './requestDetails';
import type { RequestRecord } from './requests';
import { routeOf } from './routes';
import type { Clock, Load } from './runtime';
import { materialise } from './stacks';
import type { Wait } from './waitList';

const MAX_WAITS = 5;

export class RequestReporter {
  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
    private readonly accounts: LoopAccounts,
  ) {}

  /** @returns all that is known of the request now; evidence only when it differs from the report before */
  report(record: RequestRecord, thresholdMs: number): RequestReport {
    const durationMs = record.end ? record.durationMs : this.clock.nowMs() - record.startedMs;
    const computingMs = Math.min(this.accounts.computingMs(record), durationMs);
    const report: RequestReport = {
      requestNumber: record.number,
      method: record.method,
      url: redactUrl(record.url),
      route: routeOf(this.load, record),
      startedAtMs: this.clock.epochMs(record.startedMs),
      durationMs,
      computingMs,
      heldUpMs: Math.min(record.heldUpMs, durationMs - computingMs),
      heldUpBy: record.heldUpBy,
      longestBlockMs: record.longestBlockMs,
      victims: record.victims,
      thresholdMs,
    };
    if (record.reportedEvidence === undefined) report.details = detailsOf(this.load, record);
    const evidence = this.changedEvidence(record);
    if (evidence) report.evidence = evidence;
    if (record.end) report.end = record.end;
    return report;
  }

  private changedEvidence(record: RequestRecord): Evidence | undefined {
    const pending = record.waits?.pending().slice(0, MAX_WAITS) ?? [];
    const last = pending.length === 0 ? record.waits?.last : undefined;
    const { boxes } = record;
    const fired = boxes === undefined ? 0 : boxes.fired.length + boxes.leftOut;
    const key = `${record.looks?.count ?? 0}:${pending.map(({ id }) => id).join()}:${last?.id ?? ''}:${fired}`;
    if (key === record.reportedEvidence) return undefined;
    record.reportedEvidence = key;
    const evidence: Evidence = {
      looks: record.looks?.heaviest(record.calledFrom) ?? [],
      waits: pending.map(wait => this.pendingWait(wait)),
      waitsLeftOut: record.waits?.leftOut ?? 0,
    };
    if (last) evidence.lastWait = this.pendingWait(last);
    if (boxes) evidence.boxes = { fired: boxes.fired.map(firedBox), leftOut: boxes.leftOut };
    return evidence;
  }

  private pendingWait(wait: Wait): PendingWait {
    const frames = wait.stack ? materialise(wait.stack) : [];
    const pending: PendingWait = {
      id: wait.id,
      kind: wait.probe.kind,
      label: labelOf(wait),
      startedAtMs: this.clock.epochMs(wait.startedMs),
      frames,
    };
    if (wait.stack === undefined) pending.stackMissing = 'the budget for stacks was used up when it began';
    else if (frames.length === 0) pending.stackMissing = 'its stack could not be read';
    return pending;
  }
}
