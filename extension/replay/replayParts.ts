/** From what is recorded of a request to what is sent again, without an editor's types. */
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import {
  REDACTED,
  type ReplayedRequest,
  type ReplayOutcome,
  type ReplayProgress,
} from '../../sidecar/protocol/replayValues';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';

/** A part of a request whose value is a secret, so that only the user can give it. */
export interface SecretPart {
  kind: 'header' | 'parameter';
  name: string;
}

/** @param of a slow request, or a profile, which has no headers */
export function recordedRequest(of: SlowRequest | ProfileInfo): ReplayedRequest {
  const { method, url } = of;
  return { method, url, headers: 'headers' in of ? of.headers : [] };
}

export function secretParts({ url, headers }: ReplayedRequest): SecretPart[] {
  const hidden = headers.filter(({ value }) => value.includes(REDACTED));
  return [
    ...hidden.map(({ name }) => ({ kind: 'header' as const, name })),
    ...pairsOf(url)
      .filter(pair => pair.includes(REDACTED))
      .map(pair => ({ kind: 'parameter' as const, name: pair.split('=')[0] ?? '' })),
  ];
}

/** @param value what the user gave for it */
export function withSecret(request: ReplayedRequest, { kind, name }: SecretPart, value: string): ReplayedRequest {
  if (kind === 'header') {
    const headers = request.headers.map(header =>
      header.name === name && header.value.includes(REDACTED) ? { name, value } : header,
    );
    return { ...request, headers };
  }
  const pairs = pairsOf(request.url).map(pair =>
    pair.startsWith(`${name}=`) && pair.includes(REDACTED) ? `${name}=${encodeURIComponent(value)}` : pair,
  );
  return { ...request, url: `${request.url.split('?')[0]}?${pairs.join('&')}` };
}

/** @returns `3 of 10 answered` */
export function progressText({ step, answered, times }: ReplayProgress): string {
  const done = times > 1 ? `${answered} of ${times} answered` : 'waiting for the answer';
  if (step === 'starting') return 'starting the copy';
  if (step === 'ending') return 'ending the copy';
  return step === 'profiling' ? `profiling, ${done}` : done;
}

/** @returns one sentence or more: what was answered, how fast, and what is to be known of it */
export function outcomeText({ method, url }: ReplayedRequest, outcome: ReplayOutcome): string {
  const { statusCodes, times, notes, wasCancelled, profile } = outcome;
  const what = `${method} ${url.split('?')[0]}`;
  if (wasCancelled) {
    const kept = profile === undefined ? 'There is no profile of it.' : 'Its profile so far is kept.';
    return `The replay of ${what} was cancelled. ${kept} Nothing of the copy was left.`;
  }
  const codes = statusCodes.map(({ statusCode, count }) => (count > 1 ? `${statusCode} (${count} times)` : statusCode));
  const took = times?.count === 1 ? ` after ${exactMs(times.maxMs)}` : '';
  return [`${what} was answered ${codes.join(', ')}${took} by a copy, which has been ended.`, ...notes].join(' ');
}

function pairsOf(url: string): string[] {
  const queryAt = url.indexOf('?');
  return queryAt < 0 ? [] : url.slice(queryAt + 1).split('&');
}
