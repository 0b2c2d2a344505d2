/** The sentences that go with a report. */
import type { SlowRequest, Target } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { levelText, slowRequestReport } from '../reports/slowRequestReport';

/** Routes come from clients: a subject stays readable. */
const MAX_ROUTE_LENGTH = 200;

/** @returns `Slow request: GET /orders (1,204 ms)` */
export function subjectOf(slowRequest: SlowRequest): string {
  const { method, route, durationMs } = slowRequest;
  const shown = route.length > MAX_ROUTE_LENGTH ? `${route.slice(0, MAX_ROUTE_LENGTH)}…` : route;
  return `${levelText(slowRequest)}: ${method} ${shown} (${exactMs(durationMs)})`;
}

/** @returns the report, and how many were held back before it */
export function deliveredText(slowRequest: SlowRequest, target: Target, heldBack: number): string {
  const report = slowRequestReport(slowRequest, target);
  return heldBack === 0 ? report : `${report}\n\n${heldBackText(heldBack)}`;
}

/** @returns `and 37 more since the last report` */
function heldBackText(heldBack: number): string {
  return `and ${heldBack} more since the last report`;
}

/** @param secrets values that must not be shown; empty ones are left out */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(secret => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}
