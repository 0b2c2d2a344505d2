/** The one place where text of the app is made fit to stand in a line of ours. */

const MAX_CHARACTERS = 5_000;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * @param text may hold anything: half characters, line breaks, what a terminal takes for an order
 * @returns one line of well-formed text, cut to 5,000 characters; what cannot be seen is spelled out as an escape
 */
export function oneLine(text: string): string {
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
  // Control characters, line and paragraph separators, marks that turn the direction of text; half surrogate pairs.
  return cut
    .replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escaped)
    .replace(/\p{Cs}/gu, '\ufffd');
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
