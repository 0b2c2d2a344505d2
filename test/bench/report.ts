/** What the bench prints: tables, and whether the aims were met. */

/** What a measurement says about an aim. */
export interface Judgement {
  what: string;
  aim: string;
  found: string;
  verdict: 'met' | 'MISSED' | 'not sure';
}

/** @param rows the first is the heading; columns are made equally wide, all but the first stand at the right */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const [index, row] of rows.entries()) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join('   ')}`);
    if (index === 0) console.log(`  ${widths.map(width => '─'.repeat(width)).join('   ')}`);
  }
}

/** The last table: every aim, and plainly whether it was met. */
export function printJudgements(judgements: readonly Judgement[]): void {
  const rows = judgements.map(({ what, aim, found, verdict }) => [what, aim, found, verdict]);
  printTable('Aims', [['', 'aim', 'found', 'verdict'], ...rows]);
}

/** @returns an aim for the worst of some durations, judged */
export function judgeWorst(what: string, worstMs: number, limitMs: number): Judgement {
  const aim = `< ${milliseconds(limitMs)}`;
  return { what, aim, found: `at most ${milliseconds(worstMs)}`, verdict: worstMs < limitMs ? 'met' : 'MISSED' };
}

/** @returns "1.2 ms" */
export function milliseconds(durationMs: number): string {
  const digits = durationMs < 1 ? 2 : durationMs < 10 ? 1 : 0;
  return `${durationMs.toFixed(digits)} ms`;
}
