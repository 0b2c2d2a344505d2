/** What a report says last: the other requests in flight, what the client sent. */
import type { NamedValue, SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';

const MAX_NAME_WIDTH = 24;

/** @returns one line; none when there were no others */
export function othersLines({ others: { count, shown } }: Pick<SlowRequest, 'others'>): string[] {
  if (count === 0) return [];
  const label = `Other requests in flight: ${count}`;
  if (shown.length === 0) return [label];
  const oldest = shown.map(({ method, route, durationMs }) => `${method} ${route} ${exactMs(durationMs)}`);
  const more = count > shown.length ? [`${count - shown.length} more`] : [];
  return [`${label} (${[...oldest, ...more].join(', ')})`];
}

/** @returns a heading and one line for each, aligned; nothing when there are none */
export function detailLines(heading: string, values: readonly NamedValue[]): string[] {
  if (values.length === 0) return [];
  const width = Math.min(MAX_NAME_WIDTH, Math.max(...values.map(({ name }) => name.length)));
  return [heading, ...values.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`.trimEnd())];
}
