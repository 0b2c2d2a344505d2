/** What stands below a request that was stopped. */
import type { SlowRequest } from '../../sidecar/protocol/values';
import { exactMs, interruptionText, placeOfInterruption } from '../../sidecar/protocol/words';
import { functionText } from './causes';
import { type FactNode, fact } from './nodes';

/** @returns one node with what happened below it; none for a request that was not stopped */
export function interruptionNodes({ id, interruption }: Pick<SlowRequest, 'id' | 'interruption'>): FactNode[] {
  if (interruption === undefined) return [];
  const { skipped, servesAfterMs, boxes, notes } = interruption;
  const nodeId = `${id}/interruption`;
  const at = placeOfInterruption(interruption);
  const children = [
    ...(at === undefined
      ? []
      : [{ ...fact(`${nodeId}/at`, 'debug-stackframe', `Cut off in ${functionText(at)}`), frame: at }]),
    ...skipped.map(({ frame, clauses }, index) => ({
      ...fact(`${nodeId}/skipped${index}`, 'warning', `${clauses} did not run`, functionText(frame)),
      frame,
    })),
    ...(boxes > 0 ? [fact(`${nodeId}/boxes`, 'watch', `Timeboxes told by AbortSignal: ${boxes}`)] : []),
    ...(servesAfterMs === undefined
      ? []
      : [fact(`${nodeId}/serves`, 'check', `The event loop turned again ${exactMs(servesAfterMs)} after the order`)]),
    ...notes.map((note, index) => fact(`${nodeId}/note${index}`, 'info', note)),
  ];
  const text = interruptionText(interruption);
  return [fact(nodeId, 'debug-stop', `${text.charAt(0).toUpperCase()}${text.slice(1)}`, '', children)];
}
