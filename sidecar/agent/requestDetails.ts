/** What the client asked, its secrets redacted: told once of every request that turns slow. */

import { rawHeadersOf } from './rawHeaders';
import { decoded, isSecretName, REDACTED, redactHeader, redactText } from './redaction';
import type { NamedValue, RequestDetails } from './reports';
import type { RequestRecord } from './requests';
import { type Load, ownValue } from './runtime';
import { isPrintable } from './text';

/** Node.js takes 2,000 headers of 16 kB in all; nobody reads more than these. */
const MAX_HEADERS = 50;
const MAX_PARAMETERS = 50;
const MAX_NAME_LENGTH = 100;
const MAX_VALUE_LENGTH = 500;
const MAX_HOST_LENGTH = 255;

/** @returns headers as they were sent, and the query, decoded; read without running any code of the app */
export function detailsOf(load: Load, { request, url }: RequestRecord): RequestDetails {
  const util = load('util');
  const headers = rawHeadersOf(util, request, MAX_HEADERS);
  const details: RequestDetails = { headers: headers.map(redactedHeader), query: queryOf(url) };
  const host = headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  if (host && isPrintable(host)) {
    const isEncrypted = ownValue(util, ownValue(util, request, 'socket'), 'encrypted') === true;
    details.origin = redactText(`${isEncrypted ? 'https' : 'http'}://${host.slice(0, MAX_HOST_LENGTH)}`);
  }
  return details;
}

function redactedHeader({ name, value }: NamedValue): NamedValue {
  return { name: shortened(name, MAX_NAME_LENGTH), value: shortened(redactHeader(name, value), MAX_VALUE_LENGTH) };
}

function queryOf(url: string): NamedValue[] {
  const queryAt = url.indexOf('?');
  if (queryAt < 0) return [];
  const pairs = url.slice(queryAt + 1).split('&', MAX_PARAMETERS);
  return pairs.filter(pair => pair !== '').map(parameterOf);
}

function parameterOf(pair: string): NamedValue {
  const equalsAt = pair.indexOf('=');
  const name = equalsAt < 0 ? pair : pair.slice(0, equalsAt);
  const value = equalsAt < 0 ? '' : isSecretName(name) ? REDACTED : redactText(plain(pair.slice(equalsAt + 1)));
  return { name: shortened(plain(name), MAX_NAME_LENGTH), value: shortened(value, MAX_VALUE_LENGTH) };
}

/** `+` stands for a space in a query. */
function plain(text: string): string {
  return decoded(text.split('+').join(' '));
}

function shortened(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
