/** What all pages have in common. */

/** @returns a whole HTML page; `body` is HTML already */
export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<h1>${escapeHtml(title)}</h1>
${body}
</html>`;
}

/** @returns an HTML list; the items are HTML already */
export function list(items: readonly string[]): string {
  return `<ul>${items.map(item => `<li>${item}</li>`).join('\n')}</ul>`;
}

/** @returns `text` with nothing in it that HTML would read as markup */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** @returns `€12.90` */
export function price(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`;
}
