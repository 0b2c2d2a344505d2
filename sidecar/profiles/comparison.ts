/** What changed between two profiles of one route: by function, and by line. */
import { functionTable } from './functionTable';
import type { Profile } from './profile';

export interface ComparisonRow {
  /** Name of the function, or text of the line. */
  name: string;
  /** Where it is in the newer profile, else in the older one; line 0 when unknown. */
  file: string;
  line: number;
  /** Own time in microseconds; 0 in a profile that does not have it. */
  beforeUs: number;
  afterUs: number;
}

export interface Comparison {
  functions: ComparisonRow[];
  lines: ComparisonRow[];
}

/** @returns own times side by side, the largest change first; waits are rows like functions */
export function compareProfiles(before: Profile, after: Profile): Comparison {
  return {
    functions: compared(functionEntries(before), functionEntries(after)),
    lines: compared(lineEntries(before), lineEntries(after)),
  };
}

interface Entry {
  /** The same in both profiles, also when lines have moved in between. */
  key: string;
  name: string;
  file: string;
  line: number;
  selfUs: number;
}

function functionEntries(profile: Profile): Entry[] {
  return functionTable(profile, 'wall').map(({ frame, selfUs }) => {
    const { name = '', file = '', line = 0, kind } = profile.frames[frame] ?? {};
    // Who held it up, and when, differs each time.
    const shown = kind === 'heldUp' ? 'held up by other work' : name;
    return { key: `${file}\n${shown}`, name: shown, file, line, selfUs };
  });
}

function lineEntries({ lines }: Profile): Entry[] {
  return lines.map(({ file, line, selfUs, sourceLine }) => {
    const name = sourceLine ?? '';
    return { key: `${file}\n${sourceLine ?? line}`, name, file, line, selfUs };
  });
}

function compared(before: readonly Entry[], after: readonly Entry[]): ComparisonRow[] {
  const rows = new Map<string, ComparisonRow>();
  for (const [side, entries] of [
    ['beforeUs', before],
    ['afterUs', after],
  ] as const) {
    for (const { key, name, file, line, selfUs } of entries) {
      const row = rows.get(key) ?? { name, file, line, beforeUs: 0, afterUs: 0 };
      row[side] += selfUs;
      row.line = line;
      rows.set(key, row);
    }
  }
  const change = ({ beforeUs, afterUs }: ComparisonRow) => Math.abs(afterUs - beforeUs);
  return [...rows.values()]
    .filter(({ beforeUs, afterUs }) => beforeUs + afterUs > 0)
    .sort((a, b) => change(b) - change(a) || a.name.localeCompare(b.name));
}
