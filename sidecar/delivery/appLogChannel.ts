/** One line of logfmt on the app's own standard error, where its log collector finds it. */
import type { Channel, Delivery } from './delivery';

export type WriteLog = (targetId: string, line: string) => Promise<boolean>;

export class AppLogChannel implements Channel {
  readonly name = 'appLog';

  constructor(private readonly writeLog: WriteLog) {}

  async deliver(delivery: Delivery): Promise<void> {
    if (!(await this.writeLog(delivery.slowRequest.targetId, logLine(delivery)))) {
      throw new Error("the app's standard error could not be written to");
    }
  }
}

/** @returns `level=warn msg="slow request" method=GET route=/orders duration_ms=1204 …` */
export function logLine({ kind, slowRequest, group, heldBack }: Delivery): string {
  const { method, route, durationMs, thresholdMs, cause, requestNumber, frames, guiltyFrame, wait } = slowRequest;
  const frame = guiltyFrame === undefined ? undefined : frames[guiltyFrame];
  const fields: [string, string | number | undefined][] = [
    ['level', 'warn'],
    ['msg', `${kind} request`],
    ['method', method],
    ['route', route],
    ['duration_ms', Math.round(durationMs)],
    ['threshold_ms', thresholdMs],
    ['cause', cause],
    ['at', frame && `${frame.file}:${frame.line}`],
    ['function', frame?.functionName || undefined],
    ['wait', wait?.label],
    ['request', requestNumber],
    ['seen', group.count],
    ['held_back', heldBack || undefined],
  ];
  return fields
    .filter((field): field is [string, string | number] => field[1] !== undefined)
    .map(([name, value]) => `${name}=${logfmt(String(value))}`)
    .join(' ');
}

/** Bare where nothing in it could be misread; otherwise as a JSON string, which every logfmt parser takes. */
function logfmt(value: string): string {
  return /^[^\s"=\\\p{C}]+$/u.test(value)
    ? value
    : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, '?');
}
