/** Hides the values of headers, cookies, query parameters and variables whose names say that they are secrets. */
import { splitAt, upTo, without } from './text';

const SPACE = new Set(' ');

/** Compared without `-`, `_`, `@`, `$` and case. Also all that end in one of SECRET_ENDS. */
const SECRET_NAMES = new Set(
  splitAt(
    'auth authorization basicauth bearer code connectionstring cookie cookies cred credential credentials creditcard ' +
      'creditcardnumber cardnumber ccnumber csc csrf csrfmiddlewaretoken cvc cvc2 cvv cvv2 databaseurl dsn encryptionkey hmac iban ' +
      'idtoken jsessionid jwt key masterkey mfa mongourl mysqlpwd nonce oauth otp otpcode passphrase passwd passwdhash ' +
      'password passwordconfirmation pgpassword phpsessid pin pincode postgresurl privkey proxyauthorization pwd redisurl ' +
      'refresh remember salt secret secrets session sessionid setcookie sid sig signature signingkey socialsecuritynumber ' +
      'ssn sso state taxid ticket token totp twofactor verificationcode verifier webhookurl xapikey xauth ' +
      'xforwardedauthorization xsrf',
    SPACE,
  ),
);
/** `access_token`, `apiKey`, `newPassword`, `X-Amz-Signature`, `client_secret` … */
const SECRET_ENDS = splitAt(
  'accesskey accesskeyid apikey credential passcode passphrase password privatekey pwd secret secretkey sessid ' +
    'sessionid signature token',
  SPACE,
);

export const REDACTED = '[redacted]';

const MAX_URL_LENGTH = 2000;
/** `user[password]` and `user.password`. */
const NESTING = new Set('[].');
const IGNORED = new Set('-_@$');
const AUTHORITY_ENDS = new Set('/?#');
const AUTH_SCHEMES = new Set(['basic', 'bearer', 'digest', 'negotiate', 'token']);

/** The user's own names; one bundle of the agent is one agent. */
let userNames: ReadonlySet<string> = new Set();

/** @param names whose values are secrets, besides those that always are, from now on */
export function redactAlso(names: readonly string[]): void {
  userNames = new Set(names.map(normalised));
}

/**
 * @param url path with query, as it came over the network
 * @returns the same, its user information and the values of secret parameters replaced, cut to 2,000 characters
 */
export function redactUrl(url: string): string {
  // Cut again at the end: hundreds of short secrets make it longer.
  return cut(redactQuery(redactUser(cut(url))));
}

/**
 * @param name of a header
 * @returns its value with nothing secret in it: cookies one by one, URLs part by part
 */
export function redactHeader(name: string, value: string): string {
  const plain = normalised(name);
  if (plain === 'cookie') return redactCookies(value);
  if (isSecretName(name)) {
    const scheme = upTo(value, SPACE);
    return AUTH_SCHEMES.has(scheme.toLowerCase()) ? `${scheme} ${REDACTED}` : REDACTED;
  }
  return value.includes('://') || value.startsWith('/') ? redactUrl(value) : value;
}

function redactCookies(value: string): string {
  return splitAt(value, new Set(';'))
    .map(pair => redactPair(pair.trim()))
    .join('; ');
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
  return userEnd < 0 ? url : `${url.slice(0, hostAt)}${REDACTED}${url.slice(hostAt + userEnd)}`;
}

function redactPair(pair: string): string {
  const equalsAt = pair.indexOf('=');
  if (equalsAt < 0) return pair;
  return isSecretName(pair.slice(0, equalsAt)) ? `${pair.slice(0, equalsAt)}=${REDACTED}` : pair;
}

/** @returns true when what goes by this name is a secret: of a header, cookie, parameter or variable */
export function isSecretName(name: string): boolean {
  return splitAt(decoded(name), NESTING).some(part => {
    const plain = normalised(part);
    return SECRET_NAMES.has(plain) || userNames.has(plain) || SECRET_ENDS.some(end => plain.endsWith(end));
  });
}

/** @returns the text without percent-encoding, as it stands when it is not percent-encoded */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function normalised(name: string): string {
  return without(name, IGNORED).toLowerCase();
}
