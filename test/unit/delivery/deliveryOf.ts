/** A delivery, complete, for tests to vary. */
import type { Delivery } from '../../../sidecar/delivery/delivery';
import { slowRequest, target } from '../samples';

export function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    kind: 'slow',
    slowRequest: slowRequest(),
    target: target(),
    group: { id: 'g1', count: 1, firstSeenAtMs: 1_000, lastSeenAtMs: 1_000, worstMs: 1_204 },
    heldBack: 0,
    text: 'Slow request: GET /orders\nTraceback',
    ...changes,
  };
}
