/**
 * Looking at text without regular expressions. The agent may be called while a regular expression of the app is being
 * matched, and V8's matcher does not survive a second match in the middle of one: with regular expressions in here the
 * app ended by SIGSEGV, on Node 18 and 20 in every second request that hung in a pattern.
 */

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

export const DECIMAL: ReadonlySet<string> = new Set(DIGITS);
export const HEXADECIMAL: ReadonlySet<string> = new Set(`${DIGITS}abcdefABCDEF`);
export const LETTERS_AND_DIGITS: ReadonlySet<string> = new Set(`${DIGITS}${LETTERS}${LETTERS.toUpperCase()}`);
export const WORD: ReadonlySet<string> = new Set([...LETTERS_AND_DIGITS, ...'_-~']);

/** @returns true when the text has no other characters; also when it has none */
export function consistsOf(text: string, characters: ReadonlySet<string>): boolean {
  for (const character of text) if (!characters.has(character)) return false;
  return true;
}

/** @returns the text without these characters */
export function without(text: string, characters: ReadonlySet<string>): string {
  let kept = '';
  for (const character of text) if (!characters.has(character)) kept += character;
  return kept;
}

/** @returns the pieces between these characters, the empty ones left out */
export function splitAt(text: string, separators: ReadonlySet<string>): string[] {
  const pieces = [''];
  for (const character of text) {
    if (separators.has(character)) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces.filter(piece => piece !== '');
}

/** @returns the text before the first of these characters; all of it when there is none */
export function upTo(text: string, characters: ReadonlySet<string>): string {
  for (let index = 0; index < text.length; index += 1) {
    if (characters.has(text.charAt(index))) return text.slice(0, index);
  }
  return text;
}

/** @returns `12,345`, for a whole number of 0 or more */
export function grouped(value: number): string {
  const digits = String(Math.round(value));
  const head = digits.length % 3 || 3;
  const groups = [digits.slice(0, head)];
  for (let index = head; index < digits.length; index += 3) groups.push(digits.slice(index, index + 3));
  return groups.join(',');
}

/** @returns true when it is made of ASCII characters that show, without spaces */
export function isPrintable(text: string): boolean {
  for (const character of text) if (character <= ' ' || character > '~') return false;
  return true;
}

/** @returns the text on one line: what would control a terminal or break a line is `?` */
export function oneLine(text: string): string {
  let line = '';
  for (const character of text) line += isControl(character) ? '?' : character;
  return line;
}

function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
}
