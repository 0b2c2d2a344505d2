/** What the end of a hot line says. */
import type { HotLine, ProfileInfo } from '../../sidecar/protocol/profileValues';
import { exactMs } from '../../sidecar/protocol/words';

/** Less is noise. */
const MIN_SHARE = 0.005;

/** @returns `◆ 125 ms self · 35 % of GET /orders/:id`; undefined for a line under 0.5 % of the request */
export function hotLineText({ selfUs }: HotLine, { durationMs, method, route }: ProfileInfo): string | undefined {
  const selfMs = selfUs / 1000;
  const share = selfMs / Math.max(durationMs, 0.001);
  if (share < MIN_SHARE) return undefined;
  return `◆ ${selfMs.toFixed(selfMs < 10 ? 1 : 0)} ms self · ${Math.max(1, Math.round(100 * share))} % of ${method} ${route}`;
}

/** @returns `◇ 3,200 ms self · 5 % of the last 60 s` */
export function recentLineText({ selfUs }: HotLine, windowMs: number): string {
  const selfMs = selfUs / 1000;
  const share = Math.max(1, Math.round((100 * selfMs) / Math.max(windowMs, 0.001)));
  return `◇ ${exactMs(selfMs)} self · ${share} % of the last ${Math.round(windowMs / 1000)} s`;
}
