/** Text of the app inside Markdown: every word as it is, nothing of it formatted, linked or run. */

/**
 * VS Code's own `appendText` leaves addresses to be made into links, and its spaces do not wrap.
 *
 * @returns Markdown that shows this text, on one line
 */
export function asMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[^\p{L}\p{N} ]/gu, character => `&#${character.codePointAt(0)};`);
}
