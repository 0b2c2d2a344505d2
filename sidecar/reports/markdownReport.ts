/** The report of one slow request as Markdown, to paste into an issue. */
import type { SlowRequest, Target } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { boxLines } from './boxText';
import { detailLines, othersLines } from './detailLines';
import { interruptionLines } from './interruptionLines';
import { lookLines } from './lookLines';
import { oneLine } from './oneLine';
import { evidenceLines, factLines, levelText, shownUrl, startedText, stateText } from './slowRequestReport';
import { variableLines } from './variableLines';

/** A fence has at least three; nothing that the app says closes a longer one. */
const MIN_FENCE = 3;

/** @returns a heading, facts as a list, and the evidence in a block of code that its content cannot leave */
export function markdownReport(slowRequest: SlowRequest, target: Target): string {
  const { method, url, route, thresholdMs, headers, query } = slowRequest;
  const { workingDirectory } = target;
  const facts = [
    `${stateText(slowRequest)} (threshold ${exactMs(thresholdMs)})`,
    ...(route === url.split('?', 1)[0] ? [] : [`Route ${route}`]),
    startedText(slowRequest, target),
    ...factLines(slowRequest),
  ];
  const blocks = [
    interruptionLines(slowRequest.interruption, workingDirectory),
    evidenceLines(slowRequest, target),
    variableLines(slowRequest, workingDirectory),
    boxLines(slowRequest.boxes, workingDirectory),
    lookLines(slowRequest, workingDirectory),
    othersLines(slowRequest),
    detailLines('Query', query),
    detailLines('Headers', headers),
  ];
  return [
    `## ${plain(`${levelText(slowRequest)}: ${method} ${shownUrl(url)}`)}`,
    facts.map(fact => `- ${plain(fact)}`).join('\n'),
    fenced(blocks.filter(lines => lines.length > 0).map(lines => lines.map(oneLine).join('\n'))),
  ].join('\n\n');
}

/** Text that stays what it is: no emphasis, no link, no image, no mention, no markup. */
function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&')
    .replaceAll('@', '&#64;');
}

function fenced(paragraphs: readonly string[]): string {
  const text = paragraphs.join('\n\n');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(MIN_FENCE, longest + 1));
  return `${fence}text\n${text}\n${fence}`;
}
