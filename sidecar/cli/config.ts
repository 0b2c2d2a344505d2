/** What a headless watch is told: by a file, by flags, and what holds where neither says anything. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { defaultJournalFolder } from '../journal/journalFolder';
import { DEFAULT_DELIVERY_SETTINGS, DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import { type DeliverySettings, deliverySettings, type WatchSettings, watchSettings } from '../protocol/values';

const smtpServer = z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) });

/** A config file; the flags of `introspector watch` have the same names and win over it. */
export const watchConfig = z.strictObject({
  threshold: watchSettings.shape.thresholdMs,
  hung: watchSettings.shape.hungMs,
  routes: watchSettings.shape.routes,
  redact: watchSettings.shape.redactNames,
  captureLocals: watchSettings.shape.captureLocals,
  budgets: watchSettings.shape.budgets,
  budgetExemptions: watchSettings.shape.budgetExemptions,
  reportFolder: z.string().min(1),
  reportLines: z.string().min(1),
  mailTo: z.array(z.string().min(1)).min(1).max(100),
  mailFrom: z.string().min(1),
  smtp: smtpServer,
  appLog: z.boolean(),
  reportsPerHour: deliverySettings.shape.perHour,
  reattach: z.boolean(),
  /** A folder, or false for none. */
  journal: z.union([z.string().min(1), z.literal(false)]),
});
type FullConfig = z.infer<typeof watchConfig>;
/** What one source says. */
export type WatchConfig = { [K in keyof FullConfig]?: FullConfig[K] | undefined };

export interface WatchPlan {
  settings: WatchSettings;
  deliveries: DeliverySettings;
  reattach: boolean;
  journalFolder: string | undefined;
}

/** Something on the command line or in the config file that does not go: a sentence for a person. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** TLS from the first byte is what this port is for. */
const SMTPS_PORT = 465;

/**
 * @param config file and flags together
 * @param webhook address to post to; a secret
 * @throws ConfigError when mail is only half described
 */
export function planOf(config: WatchConfig, webhook: string | undefined): WatchPlan {
  const mail = mailOf(config);
  const { reportFolder, reportLines, journal } = config;
  return {
    settings: {
      thresholdMs: config.threshold ?? DEFAULT_WATCH_SETTINGS.thresholdMs,
      hungMs: config.hung ?? DEFAULT_WATCH_SETTINGS.hungMs,
      routes: config.routes ?? DEFAULT_WATCH_SETTINGS.routes,
      redactNames: config.redact ?? DEFAULT_WATCH_SETTINGS.redactNames,
      captureLocals: config.captureLocals ?? DEFAULT_WATCH_SETTINGS.captureLocals,
      continuousProfile: DEFAULT_WATCH_SETTINGS.continuousProfile,
      budgets: config.budgets ?? DEFAULT_WATCH_SETTINGS.budgets,
      budgetExemptions: config.budgetExemptions ?? DEFAULT_WATCH_SETTINGS.budgetExemptions,
    },
    deliveries: {
      perHour: config.reportsPerHour ?? DEFAULT_DELIVERY_SETTINGS.perHour,
      appLog: config.appLog ?? DEFAULT_DELIVERY_SETTINGS.appLog,
      ...(reportFolder === undefined ? {} : { folder: resolve(reportFolder) }),
      ...(reportLines === undefined ? {} : { jsonLines: resolve(reportLines) }),
      ...(mail === undefined ? {} : { mail }),
      ...(webhook === undefined ? {} : { webhook }),
    },
    reattach: config.reattach ?? false,
    journalFolder: journal === false ? undefined : resolve(journal ?? defaultJournalFolder()),
  };
}

function mailOf({ mailTo: to, mailFrom: from, smtp }: WatchConfig): DeliverySettings['mail'] {
  if (to === undefined && from === undefined && smtp === undefined) return undefined;
  if (to === undefined || from === undefined || smtp === undefined) {
    throw new ConfigError(
      'Mail needs recipients, a sender and a server: give --mail-to, --mail-from and --smtp (mailTo, mailFrom and smtp in a config file).',
    );
  }
  return { ...smtp, secure: smtp.port === SMTPS_PORT, from, to };
}
