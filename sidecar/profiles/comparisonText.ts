/** A comparison of two profiles as text. */
import { relative } from 'node:path';
import type { ProfileInfo } from '../protocol/profileValues';
import { exactMs } from '../protocol/words';
import { type ComparisonRow, compareProfiles } from './comparison';
import type { Profile } from './profile';

const MAX_ROWS = 30;
const NAME_WIDTH = 48;

/** @returns the two requests, where their time went, and functions and lines whose own time changed most */
export function comparisonText(before: Profile, after: Profile): string {
  const { functions, lines } = compareProfiles(before, after);
  const { workingDirectory } = after.info.target;
  return [
    `Before  ${headOf(before.info)}`,
    `After   ${headOf(after.info)}`,
    '',
    '     Before       After      Change',
    ...timeRows(before.info, after.info),
    ...table('Own time by function', functions, workingDirectory),
    ...table('Own time by line', lines, workingDirectory),
  ].join('\n');
}

function headOf({ method, url, durationMs, startedAtMs, target }: ProfileInfo): string {
  const when = new Date(startedAtMs).toISOString().replace('T', ' ').replace('Z', ' UTC');
  return `${method} ${url}  ${exactMs(durationMs)}  ${when} · ${target.name}[${target.pid}] · Node ${target.nodeVersion}`;
}

function timeRows(before: ProfileInfo, after: ProfileInfo): string[] {
  const row = (name: string, beforeMs: number, afterMs: number) =>
    `${figures(beforeMs * 1000, afterMs * 1000)}  ${name}`;
  return [
    row('in all', before.durationMs, after.durationMs),
    row('computing', before.time.computingMs, after.time.computingMs),
    row('waiting', before.time.waitingMs, after.time.waitingMs),
    row('held up by other work', before.time.heldUpMs, after.time.heldUpMs),
  ];
}

function table(title: string, rows: readonly ComparisonRow[], workingDirectory: string): string[] {
  if (rows.length === 0) return [];
  const left = rows.length > MAX_ROWS ? [`  and ${rows.length - MAX_ROWS} more that changed less`] : [];
  const shown = rows.slice(0, MAX_ROWS).map(row => {
    const name = row.name.length > NAME_WIDTH ? `${row.name.slice(0, NAME_WIDTH - 1)}…` : row.name;
    return `${figures(row.beforeUs, row.afterUs)}  ${name.padEnd(NAME_WIDTH)}  ${placeOf(row, workingDirectory)}`.trimEnd();
  });
  return ['', `${title}, the largest change first`, ...shown, ...left];
}

/** @returns `   302.1 ms     12.0 ms   -290.1 ms   -96 %` */
function figures(beforeUs: number, afterUs: number): string {
  const ms = (us: number) => `${(us / 1000).toFixed(1)} ms`.padStart(11);
  const changeUs = afterUs - beforeUs;
  const sign = changeUs > 0 ? '+' : '';
  const percent = beforeUs === 0 ? 'new' : `${sign}${Math.round((100 * changeUs) / beforeUs)} %`;
  return `${ms(beforeUs)} ${ms(afterUs)} ${`${sign}${(changeUs / 1000).toFixed(1)} ms`.padStart(11)} ${percent.padStart(7)}`;
}

function placeOf({ file, line }: ComparisonRow, workingDirectory: string): string {
  if (file === '') return '';
  const path = relative(workingDirectory, file);
  const shown = path === '' || path.startsWith('..') || file.startsWith('node:') ? file : path;
  return line > 0 ? `${shown}:${line}` : shown;
}
