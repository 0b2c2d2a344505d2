/** A piece of code before and after the refactoring. */

export interface Snippet {
  name: string;
  /** With `⟦` and `⟧` around the selection, or `⟦⟧` at the cursor. */
  before: string;
  after: string;
  fileName?: string;
  isEsModulePackage?: boolean;
  /** Whether `finally` becomes `box.defer`. */
  defersFinally?: boolean;
}

export interface Marked {
  text: string;
  range: { start: number; end: number };
}

/** @returns the text without the marks, and what they mark */
export function unmarked(before: string): Marked {
  const start = before.indexOf('⟦');
  const end = before.indexOf('⟧') - 1;
  if (start < 0 || end < start) throw new Error(`Nothing is marked in: ${before}`);
  return { text: before.replace(/[⟦⟧]/g, ''), range: { start, end } };
}
