/** One report on its way, and what a channel is. */
import type { DeliveryChannel, SlowRequest, Target } from '../protocol/values';

/** What is known of all slow requests of a group since this sidecar was started. */
export interface GroupTally {
  id: string;
  count: number;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
  worstMs: number;
}

export interface Delivery {
  kind: SlowRequest['level'];
  slowRequest: SlowRequest;
  target: Target;
  /** As it was when this was sent off. */
  group: GroupTally;
  /** Reports of this group that were held back since the last one. */
  heldBack: number;
  /** The report for people. */
  text: string;
}

export interface Channel {
  readonly name: DeliveryChannel['name'];
  /**
   * @param signal aborted when the time for this try is over
   * @throws Error whose message may be shown: it holds no secret
   */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<void>;
}
