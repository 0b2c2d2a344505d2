/** What an extension has painted behind the ends of lines: CSS does it, which no locator sees. */
import type { Page } from 'playwright-core';

const READ = `[...document.querySelectorAll('.view-line span[class*="ced-"]')].map(
  element => getComputedStyle(element, '::after').content,
)`;

/** @returns those that hold this sign, from top to bottom */
export async function lineEnds(page: Page, sign: string): Promise<string[]> {
  return (await page.evaluate<string[]>(READ)).filter(text => text.includes(sign));
}
