/** What holds where the user says nothing, in the editor and in a terminal. */
import type { DeliverySettings, WatchSettings } from './values';

export const DEFAULT_WATCH_SETTINGS: WatchSettings = {
  thresholdMs: 1_000,
  /** Just under the 30 s after which many servers and proxies give up on a request. */
  hungMs: 25_000,
  routes: {},
  redactNames: [],
  captureLocals: 'off',
  continuousProfile: false,
  budgets: {},
  budgetExemptions: [],
};

export const DEFAULT_DELIVERY_SETTINGS: DeliverySettings = { perHour: 4, appLog: false };
