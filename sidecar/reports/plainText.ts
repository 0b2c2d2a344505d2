/** Text of the app as it may stand in a line of a report. */

/** Control characters, line and paragraph separators, direction marks, and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** @returns the text without anything that could break its line or hide a part of it: `\u000a` stands for a line feed */
export function oneLine(text: string): string {
  return text.replace(UNFIT, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
