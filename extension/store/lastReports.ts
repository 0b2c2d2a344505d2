/** What processes were doing when they ended. */
import type { Target } from '../../sidecar/protocol/values';

/** Journals keep them longer. */
const MAX_KEPT = 10;

export interface LastReport {
  /** Of this process: a target whose app is started again has several. */
  id: string;
  target: Target;
  /** How it ended. */
  message: string;
  text: string;
}

export class LastReports {
  private reports: LastReport[] = [];

  /** Newest first. */
  get all(): readonly LastReport[] {
    return this.reports;
  }

  find(id: string): LastReport | undefined {
    return this.reports.find(report => report.id === id);
  }

  /** Takes the last report of a target that has one. */
  add(target: Target): void {
    const report = lastReportOf(target);
    if (report === undefined || this.find(report.id) !== undefined) return;
    this.reports = [report, ...this.reports].slice(0, MAX_KEPT);
  }
}

/** @returns undefined for a target that lives, or that had nothing to do when it ended */
export function lastReportOf(target: Target): LastReport | undefined {
  const { id, pid, state } = target;
  if ((state.state !== 'gone' && state.state !== 'awaitingRestart') || state.report === undefined) return undefined;
  return { id: `${id} ${pid}`, target, message: state.message, text: state.report };
}
