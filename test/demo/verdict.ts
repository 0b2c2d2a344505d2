/** Compares the lines that the watch has named with those that carry a mark in the shop's source. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shopFolder } from './paths';
import { say } from './print';

/** A line of the shop that is known to be slow: `// SLOW: GET /orders`. */
interface Mark {
  /** `orders.ts:36` */
  place: string;
  route: string;
}

/** A line that the watch has named at its end. */
interface GuiltyLine {
  place: string;
  /** `2.3 s blocking · regexp · GET /search` */
  text: string;
}

/**
 * Tells which of the marked lines were found.
 * @param lines what the watch has written
 * @returns what is missing, in sentences; none when a computing and a waiting line were found
 */
export function judge(lines: readonly string[]): string[] {
  const marks = marksOf(shopFolder);
  const guilty = guiltyLines(lines);
  const found: GuiltyLine[] = [];
  for (const { place, route } of marks) {
    const line = guilty.find(candidate => candidate.place === place && candidate.text.includes(route));
    if (line) found.push(line);
    say(`   ${line ? '✓' : '✗'} ${place.padEnd(14)} ${line?.text ?? `${route}: not named by the watch`}`);
  }
  const isMarked = ({ place }: GuiltyLine) => marks.some(mark => mark.place === place);
  for (const { place, text } of guilty.filter(line => !isMarked(line))) {
    say(`   ? ${place.padEnd(14)} ${text}: named, but carries no mark`);
  }
  const problems: string[] = [];
  if (marks.length === 0) problems.push(`No line in ${shopFolder} is marked with "// SLOW: METHOD /path".`);
  if (!found.some(({ text }) => /^\S+ m?s (blocking|computing)/.test(text))) {
    problems.push('No slow request was reported that computes on a marked line.');
  }
  if (!found.some(({ text }) => /^\S+ m?s waiting/.test(text))) {
    problems.push('No slow request was reported that waits on a marked line.');
  }
  return problems;
}

function marksOf(folder: string): Mark[] {
  const files = readdirSync(folder).filter(name => name.endsWith('.ts'));
  return files.flatMap(name =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const route = /\/\/ SLOW: ([A-Z]+ \S+)$/.exec(line.trimEnd())?.[1];
        return route === undefined ? [] : [{ place: `${name}:${index + 1}`, route }];
      }),
  );
}

/** Reads the last part of what the watch writes: a file's name, then its lines, each with its hint behind a dot. */
function guiltyLines(lines: readonly string[]): GuiltyLine[] {
  const start = lines.indexOf('Guilty lines');
  const guilty: GuiltyLine[] = [];
  let file = '';
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    if (/^\S+$/.test(line)) file = line;
    const [, number, text] = /^ +(\d+) {2}.* {2}● (.*)$/.exec(line) ?? [];
    if (number !== undefined && text !== undefined) guilty.push({ place: `${file}:${number}`, text });
  }
  return guilty;
}
