/** Slow requests that have ended, until a drain has told of them. */
import { type RequestRecord, release } from './requests';

/** Those left out of which nothing was told while they ran. */
const MAX_ENDED = 200;
/** Those that lay in the kernel while a request held the loop have started by then, and are counted as its victims. */
const VICTIMS_START_MS = 50;

export class EndedRequests {
  private records: RequestRecord[] = [];
  private leftOut = 0;

  add(record: RequestRecord): void {
    // Who heard that it runs must hear that it has ended.
    if (this.records.length < MAX_ENDED || !isUntold(record)) this.records.push(record);
    else {
      this.leftOut += 1;
      release(record);
    }
  }

  /**
   * Takes out the oldest of those of which everything is known.
   *
   * @param count at the most
   * @returns them, and how many there was no room for of which nothing has been told yet
   */
  takeSettled(nowMs: number, count: number): { ended: RequestRecord[]; untoldLeft: number } {
    const isSettled = ({ longestBlockMs, startedMs, durationMs }: RequestRecord) =>
      longestBlockMs === 0 || nowMs - (startedMs + durationMs) >= VICTIMS_START_MS;
    const settled = this.records.filter(isSettled);
    const ended = settled.slice(0, count);
    const gone = new Set(ended);
    this.records = this.records.filter(record => !gone.has(record));
    const untoldLeft = settled.slice(count).filter(isUntold).length + this.leftOut;
    this.leftOut = 0;
    return { ended, untoldLeft };
  }

  releaseAll(): void {
    for (const record of this.records.splice(0)) release(record);
  }
}

export function isUntold({ reportedEvidence }: RequestRecord): boolean {
  return reportedEvidence === undefined;
}
