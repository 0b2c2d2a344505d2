/** What a report says of how a request was stopped. */
import type { Interruption } from '../protocol/interruptionValues';
import { exactMs } from '../protocol/words';
import { placeOf } from './places';

const ANSWERS: Record<Interruption['answer'], string> = {
  sent503: 'its client was answered with 503',
  connectionCut: 'its answer had begun, so its connection was cut',
  clientGone: 'its client had gone by then',
};

/** @returns a heading and what follows; nothing when it was not stopped */
export function interruptionLines(interruption: Interruption | undefined, workingDirectory: string): string[] {
  if (interruption === undefined) return [];
  const { answer, frames, skipped, boxes, servesAfterMs, notes } = interruption;
  const at = frames.find(({ origin }) => origin === 'user') ?? frames[0];
  return [
    `${capitalised(interruptionText(interruption))}: ${ANSWERS[answer]}.`,
    ...(at === undefined ? [] : [`Cut off at ${placeOf(at, workingDirectory)}`]),
    ...skipped.map(({ frame, clauses }) => `  ${clauses} did not run around ${placeOf(frame, workingDirectory)}`),
    ...(boxes > 0 ? [`${boxes} ${boxes === 1 ? 'timebox was' : 'timeboxes were'} told by AbortSignal.`] : []),
    ...(servesAfterMs === undefined ? [] : [`The event loop turned again ${exactMs(servesAfterMs)} after the order.`]),
    ...notes.map(note => `Note: ${note}`),
  ];
}

/** @returns `interrupted by you after holding the event loop for 5,012 ms` */
export function interruptionText({ kind, orderedBy, atMs, blockedMs }: Interruption): string {
  if (kind === 'ended') return `ended by you after waiting, at ${exactMs(atMs)}`;
  const who = orderedBy.who === 'user' ? 'by you' : `by its budget of ${exactMs(orderedBy.budgetMs)}`;
  return `interrupted ${who} after ${exactMs(atMs)}${blockedMs > 0 ? `, the last ${exactMs(blockedMs)} of it on the event loop` : ''}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
