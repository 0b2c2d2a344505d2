/** VS Code makes links and commands of `[text](address)` in a message, whoever wrote it. */

/** @returns the same words with nothing in them to click on */
export function plainMessage(text: string): string {
  return text.replaceAll('](', '] (');
}
