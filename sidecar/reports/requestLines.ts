/** What the client asked, and who else was there, as the lines of a report. */
import type { NamedValue, SlowRequest } from '../protocol/values';
import { exactMs } from './durations';

const MAX_NAME_WIDTH = 24;

/** @returns URL, query, headers, and the other requests in one line */
export function requestLines({ method, origin, url, query, headers, others }: SlowRequest): string[] {
  return [
    // An absolute URL is what a proxy is asked for.
    `Asked for  ${method} ${url.startsWith('/') ? (origin ?? '') : ''}${url}`,
    ...paragraph('Query', query),
    ...paragraph('Headers', headers),
    ...othersLine(others),
  ];
}

function paragraph(title: string, values: readonly NamedValue[]): string[] {
  const width = Math.min(MAX_NAME_WIDTH, Math.max(...values.map(({ name }) => name.length)));
  return values.length === 0
    ? []
    : [title, ...values.map(({ name, value }) => `      ${name.padEnd(width)}  ${value}`.trimEnd())];
}

function othersLine({ count, shown }: SlowRequest['others']): string[] {
  if (count === 0) return [];
  const named = shown.map(
    ({ method, route, requestNumber, durationMs }) =>
      `${method} ${route} (request ${requestNumber}, ${exactMs(durationMs)})`,
  );
  const more = count > shown.length && shown.length > 0 ? [`${count - shown.length} more`] : [];
  return [`In flight with it  ${[...named, ...more].join(' · ') || `${count} requests`}`];
}
