/** Finds secrets inside text that says what they are: JSON, forms, headers, key=value lists, whole or cut off. */
import { AUTH_SCHEMES, isSecretName, REDACTED, redactText } from './redaction';
import { LETTERS_AND_DIGITS, splitAt, upTo } from './text';

const WORD = new Set([...LETTERS_AND_DIGITS, ...'_-$@.%']);
/** Between a name and its value, as in `"password" : "x"`, `password=x`, `name="password"⏎⏎x`, `<password>x`. */
const BETWEEN = new Set(' \t\r\n\\:="\'`>,])');
/** One of these has to be among them: in "the password is" no value follows. */
const ASSIGNING = new Set('\n:="\'`>');
const QUOTES = new Set('"\'`');
const CLOSING = new Map([
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
]);
const VALUE_ENDS = new Set('&,;\r\n}])<"\'`');
const SPACE = new Set(' ');
const DOT = new Set('.');
/** How a JSON Web Token begins: `{"` in base64. */
const TOKEN_START = 'eyJ';
const TOKEN_PARTS = 3;
const PRIVATE_KEY = 'PRIVATE KEY-----';

/**
 * @param text of the app, of any kind
 * @returns the same without what stands behind the names of secrets, without tokens and the users of URLs
 */
export function redactAnyText(text: string): string {
  if (text.includes(PRIVATE_KEY)) return REDACTED;
  const scheme = upTo(text, SPACE);
  if (scheme.length < text.length && AUTH_SCHEMES.has(scheme.toLowerCase())) return `${scheme} ${REDACTED}`;
  return redactPairs(redactText(text));
}

function redactPairs(text: string): string {
  let redacted = '';
  let at = 0;
  while (at < text.length) {
    const wordEnd = endOfRun(text, at, WORD);
    if (wordEnd === at) {
      redacted += text.charAt(at);
      at += 1;
      continue;
    }
    const word = text.slice(at, wordEnd);
    const valueAt = isSecretName(word) ? startOfValue(text, wordEnd) : undefined;
    redacted += isToken(word) ? REDACTED : word;
    if (valueAt !== undefined) redacted += text.slice(wordEnd, valueAt) + REDACTED;
    at = valueAt === undefined ? wordEnd : endOfValue(text, valueAt);
  }
  return redacted;
}

/** @returns where the value begins that belongs to a name; undefined when none does */
function startOfValue(text: string, nameEnd: number): number | undefined {
  const start = endOfRun(text, nameEnd, BETWEEN);
  for (let at = nameEnd; at < start; at += 1) if (ASSIGNING.has(text.charAt(at))) return start;
  return undefined;
}

function endOfValue(text: string, start: number): number {
  const closing = CLOSING.get(text.charAt(start));
  if (closing !== undefined) return endOfNested(text, start, text.charAt(start), closing);
  const quote = text.charAt(start - 1);
  if (!QUOTES.has(quote)) return nextOf(text, start, VALUE_ENDS);
  // In JSON inside JSON the quote that ends it has a backslash, as the one before it has.
  const isEscaped = text.charAt(start - 2) === '\\';
  for (let at = start; at < text.length; at += 1) {
    if (text.charAt(at) === quote) return isEscaped && text.charAt(at - 1) === '\\' ? at - 1 : at;
    if (text.charAt(at) === '\\' && !isEscaped) at += 1;
  }
  return text.length;
}

function endOfNested(text: string, start: number, opening: string, closing: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.charAt(at) === opening) depth += 1;
    else if (text.charAt(at) === closing) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function isToken(word: string): boolean {
  return word.startsWith(TOKEN_START) && splitAt(word, DOT).length === TOKEN_PARTS;
}

function endOfRun(text: string, from: number, characters: ReadonlySet<string>): number {
  let at = from;
  while (at < text.length && characters.has(text.charAt(at))) at += 1;
  return at;
}

function nextOf(text: string, from: number, characters: ReadonlySet<string>): number {
  let at = from;
  while (at < text.length && !characters.has(text.charAt(at))) at += 1;
  return at;
}
