/** What a report says of how a request was stopped. */
import type { Interruption } from '../protocol/interruptionValues';
import { exactMs, interruptionText, placeOfInterruption } from '../protocol/words';
import { placeOf } from './places';

const ANSWERS: Record<Interruption['answer'], string> = {
  sent503: 'its client was answered with 503',
  connectionCut: 'its answer had begun, so its connection was cut',
  clientGone: 'its client had gone by then',
};

/** @returns a heading and what follows; nothing when it was not stopped */
export function interruptionLines(interruption: Interruption | undefined, workingDirectory: string): string[] {
  if (interruption === undefined) return [];
  const { answer, skipped, boxes, servesAfterMs, notes } = interruption;
  const at = placeOfInterruption(interruption);
  return [
    `${capitalised(interruptionText(interruption))}: ${ANSWERS[answer]}.`,
    ...(at === undefined ? [] : [`Cut off at ${placeOf(at, workingDirectory)}`]),
    ...skipped.map(({ frame, clauses }) => `  ${clauses} did not run around ${placeOf(frame, workingDirectory)}`),
    ...(boxes > 0 ? [`${boxes} ${boxes === 1 ? 'timebox was' : 'timeboxes were'} told by AbortSignal.`] : []),
    ...(servesAfterMs === undefined ? [] : [`The event loop turned again ${exactMs(servesAfterMs)} after the order.`]),
    ...notes.map(note => `Note: ${note}`),
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
