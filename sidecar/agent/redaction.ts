/** Hides the values of query parameters whose names say that they are secrets, before anything leaves the app. */
import { splitAt, upTo, without } from './text';

/** Compared without `-`, `_`, `@`, `$` and case. Also all that end in one of SECRET_ENDS. */
const SECRET_NAMES = new Set(
  splitAt(
    'auth authorization bearer code cookie cred credential credentials csrf cvv jwt key nonce oauth otp passphrase ' +
      'passwd password pin pwd salt secret session sessionid sid sig signature ssn state token xsrf',
    new Set(' '),
  ),
);
/** `access_token`, `apiKey`, `newPassword`, `X-Amz-Signature`, `client_secret` … */
const SECRET_ENDS = splitAt(
  'accesskey apikey credential passcode password privatekey secret secretkey sessid sessionid signature token',
  new Set(' '),
);

const MAX_URL_LENGTH = 2000;
/** `user[password]` and `user.password`. */
const NESTING = new Set('[].');
const IGNORED = new Set('-_@$');
const AUTHORITY_ENDS = new Set('/?#');

/**
 * @param url path with query, as it came over the network
 * @returns the same, its user information and the values of secret parameters replaced, cut to 2,000 characters
 */
export function redactUrl(url: string): string {
  // Cut again at the end: hundreds of short secrets make it longer.
  return cut(redactQuery(redactUser(cut(url))));
}

function cut(url: string): string {
  return url.length > MAX_URL_LENGTH ? `${url.slice(0, MAX_URL_LENGTH)}…` : url;
}

function redactQuery(url: string): string {
  const queryAt = url.indexOf('?');
  if (queryAt < 0) return url;
  const pairs = url.slice(queryAt + 1).split('&');
  return `${url.slice(0, queryAt)}?${pairs.map(redactPair).join('&')}`;
}

/** `http://user:password@host/path` is what a proxy is asked for. */
function redactUser(url: string): string {
  const schemeEnd = url.indexOf('://');
  if (schemeEnd < 0) return url;
  const hostAt = schemeEnd + '://'.length;
  const authority = upTo(url.slice(hostAt), AUTHORITY_ENDS);
  const userEnd = authority.lastIndexOf('@');
  return userEnd < 0 ? url : `${url.slice(0, hostAt)}[redacted]${url.slice(hostAt + userEnd)}`;
}

function redactPair(pair: string): string {
  const equalsAt = pair.indexOf('=');
  if (equalsAt < 0) return pair;
  return isSecretName(pair.slice(0, equalsAt)) ? `${pair.slice(0, equalsAt)}=[redacted]` : pair;
}

function isSecretName(name: string): boolean {
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // Not percent-encoding: taken as it stands.
  }
  return splitAt(decoded, NESTING).some(part => {
    const plain = without(part, IGNORED).toLowerCase();
    return SECRET_NAMES.has(plain) || SECRET_ENDS.some(end => plain.endsWith(end));
  });
}
