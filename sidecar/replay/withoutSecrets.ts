/** A recorded request has no secrets: what stands in their place is not sent, and is told. */
import { REDACTED, type ReplayedRequest } from '../protocol/replayValues';

/** Longer values are recorded with this at their end. */
const CUT = '…';

/** @returns the request as it can be sent, and a sentence for each part that it goes without */
export function withoutSecrets(request: ReplayedRequest): { request: ReplayedRequest; notes: string[] } {
  const notes: string[] = [];
  const isKnown = (kind: string, name: string, value: string) => {
    const known = !value.includes(REDACTED) && !value.endsWith(CUT);
    if (!known) notes.push(`Sent without the ${kind} ${name}: its value is not recorded.`);
    return known;
  };
  const headers = request.headers.filter(({ name, value }) => isKnown('header', name, value));
  const [path = '', ...queries] = request.url.split('?');
  if (path.includes(REDACTED)) notes.push('The path has a part that is not recorded.');
  const pairs = queries.join('?').split('&');
  const sent = pairs.filter(pair => pair !== '' && isKnown('parameter', pair.split('=')[0] ?? '', pair));
  const query = sent.length > 0 ? `?${sent.join('&')}` : '';
  return { request: { ...request, url: `${path}${query}`, headers }, notes };
}
