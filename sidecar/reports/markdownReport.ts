/** The report of one slow request for an issue, a chat or a wiki. */
import type { SlowRequest, Target } from '../protocol/values';
import { oneLine } from './plainText';
import { slowRequestReport, stateText } from './slowRequestReport';

const SHORTEST_FENCE = 3;

/** @returns a heading and the whole report as code, which nothing in it can end */
export function markdownReport(slowRequest: SlowRequest, target: Target): string {
  const { method, route, level } = slowRequest;
  const text = slowRequestReport(slowRequest, target);
  const longestRun = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(SHORTEST_FENCE, longestRun + 1));
  const kind = level === 'hung' ? 'Hung' : 'Slow';
  const heading = escaped(oneLine(`${kind} request: ${method} ${route}, ${stateText(slowRequest)}`));
  return `### ${heading}\n\n${fence}text\n${text}\n${fence}\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#!|~@&]/g, character => `\\${character}`);
}
