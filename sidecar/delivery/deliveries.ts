/** Takes reports to where the user wants them, besides the editor. */
import type { DeliverySettings } from '../protocol/values';

export class Deliveries {
  configure(_settings: DeliverySettings): void {}

  async close(): Promise<void> {}
}
