/** Hides the values of headers, cookies, query parameters and variables whose names say that they are secrets. */
import { consistsOf, HEXADECIMAL, splitAt, upTo, without } from './text';

const SPACE = new Set(' ');

/** Compared without `-`, `_`, `@`, `$` and case. Also all that end in one of SECRET_ENDS. */
const SECRET_NAMES = new Set(
  splitAt(
    'accountnumber auth authorization bankaccount bearer code cookie cookies cred credentials creditcardnumber ccnumber ' +
      'csc csrfmiddlewaretoken cvc cvc2 cvv cvv2 databaseurl dsn hmac iban key mfa mongourl mysqlpwd nonce otp otpcode pass ' +
      'passportnumber passwdhash passwordconfirmation passwordhash pgpassword phpsessid pin pincode postgresurl privkey ' +
      'proxyauthorization redisurl refresh remember rememberme salt secrets secwebsocketprotocol sess setcookie sid sig ' +
      'socialsecuritynumber ssn sso state taxid ticket totp twofactor verificationcode verifier webhookurl ' +
      'xforwardedauthorization',
    SPACE,
  ),
);
/** `access_token`, `apiKey`, `newPassword`, `X-Amz-Signature`, `client_secret`, `_shop_session` … */
const SECRET_ENDS = splitAt(
  'accesskey accesskeyid apikey assertion auth authkey cardnumber connectionstring cookie credential creditcard csrf ' +
    'encryptionkey jwt masterkey passcode passkey passphrase passwd password privatekey pwd secret secretkey securitycode ' +
    'sessid session sessionid signature signingkey token xsrf',
  SPACE,
);

export const REDACTED = '[redacted]';

const MAX_URL_LENGTH = 2000;
/** URLs inside parameters of URLs: what lies deeper is hidden as a whole. */
const MAX_DEPTH = 3;
/** `user[password]`, `user.password`, and what stands before the name in an URL that is no proper one. */
const NESTING = new Set('[].#?;/');
const QUERY_STARTS = new Set('?#');
const COOKIE_PREFIXES = ['__host-', '__secure-'];
const IGNORED = new Set('-_@$');
const AUTHORITY_ENDS = new Set('/?#');
export const AUTH_SCHEMES: ReadonlySet<string> = new Set(['basic', 'bearer', 'digest', 'negotiate', 'token']);

/** The user's own names; one bundle of the agent is one agent. */
let userNames: ReadonlySet<string> = new Set();

/** @param names whose values are secrets, besides those that always are, from now on */
export function redactAlso(names: readonly string[]): void {
  userNames = new Set(names.map(normalisedName));
}

/**
 * @param url path with query, as it came over the network
 * @returns the same, its user information and the values of secret parameters replaced, cut to 2,000 characters
 */
export function redactUrl(url: string): string {
  return redactToDepth(url, MAX_DEPTH);
}

/** @returns the text, redacted like an URL when it may be one */
export function redactText(text: string): string {
  return mayBeUrl(text) ? redactUrl(text) : text;
}

/**
 * @param name of a header
 * @returns its value with nothing secret in it: cookies one by one, URLs part by part
 */
export function redactHeader(name: string, value: string): string {
  const plain = normalisedName(name);
  if (plain === 'cookie') return redactCookies(value);
  if (isSecretName(name)) {
    const scheme = upTo(value, SPACE);
    return AUTH_SCHEMES.has(scheme.toLowerCase()) ? `${scheme} ${REDACTED}` : REDACTED;
  }
  return redactText(value);
}

/**
 * @param name of a header, cookie, parameter or variable, percent-encoded or not
 * @param more names that the user gave, as `normalisedName` makes them
 * @returns true when what goes by this name is a secret
 */
export function isSecretName(name: string, more: ReadonlySet<string> = userNames): boolean {
  return splitAt(decoded(name), NESTING).some(part => {
    const plain = normalisedName(part);
    return SECRET_NAMES.has(plain) || more.has(plain) || SECRET_ENDS.some(end => plain.endsWith(end));
  });
}

/** @returns the name as names are compared: without `-`, `_`, `@`, `$` and case */
export function normalisedName(name: string): string {
  return without(name, IGNORED).toLowerCase();
}

function redactCookies(value: string): string {
  return splitAt(value, new Set(';'))
    .map(cookie => redactCookie(cookie.trim()))
    .join('; ');
}

function redactCookie(cookie: string): string {
  const prefix = COOKIE_PREFIXES.find(each => cookie.toLowerCase().startsWith(each)) ?? '';
  return `${cookie.slice(0, prefix.length)}${redactPair(cookie.slice(prefix.length), MAX_DEPTH)}`;
}

/** Cut again at the end: hundreds of short secrets make it longer. */
function redactToDepth(url: string, depth: number): string {
  return cut(redactQuery(redactUsers(cut(url)), depth));
}

function cut(url: string): string {
  return url.length > MAX_URL_LENGTH ? `${url.slice(0, MAX_URL_LENGTH)}…` : url;
}

function redactQuery(url: string, depth: number): string {
  const start = upTo(url, QUERY_STARTS).length + 1;
  const pairs = url.slice(start).split('&');
  return `${url.slice(0, start)}${pairs.map(pair => redactPair(pair, depth)).join('&')}`;
}

/** `http://user:password@host/path` is what a proxy is asked for; others stand in parameters. */
function redactUsers(url: string): string {
  const [first = '', ...others] = url.split('://');
  const redacted = others.map(other => {
    const userEnd = upTo(other, AUTHORITY_ENDS).lastIndexOf('@');
    return userEnd < 0 ? other : `${REDACTED}${other.slice(userEnd)}`;
  });
  return [first, ...redacted].join('://');
}

function redactPair(pair: string, depth: number): string {
  const equalsAt = pair.indexOf('=');
  if (equalsAt < 0) return redactValue(pair, depth);
  const name = pair.slice(0, equalsAt);
  return `${name}=${isSecretName(name) ? REDACTED : redactValue(pair.slice(equalsAt + 1), depth)}`;
}

/** The address to go back to after a login is an URL in a parameter of another. */
function redactValue(value: string, depth: number): string {
  const plain = decoded(value);
  if (!mayBeUrl(plain)) return value;
  if (depth === 0) return REDACTED;
  const redacted = redactToDepth(plain, depth - 1);
  return redacted === plain ? value : encodeURIComponent(redacted).split(encodeURIComponent(REDACTED)).join(REDACTED);
}

function mayBeUrl(text: string): boolean {
  if (text.includes('://')) return true;
  const query = text.slice(upTo(text, QUERY_STARTS).length);
  return query.includes('=');
}

/** @returns the text without percent-encoding; where that is broken, byte by byte as far as it goes */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return decodedByBytes(text);
  }
}

function decodedByBytes(text: string): string {
  const [first = '', ...others] = text.split('%');
  const bytes = others.map(other => {
    const digits = other.slice(0, 2);
    if (digits.length < 2 || !consistsOf(digits, HEXADECIMAL)) return `%${other}`;
    return `${String.fromCharCode(Number.parseInt(digits, 16))}${other.slice(2)}`;
  });
  return `${first}${bytes.join('')}`;
}
