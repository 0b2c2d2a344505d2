/** From settings to channels. */
import type { DeliverySettings } from '../protocol/values';
import { AppLogChannel, type WriteLog } from './appLogChannel';
import type { Channel } from './delivery';
import { FolderChannel } from './folderChannel';
import { JsonLinesChannel } from './jsonLinesChannel';
import { MailChannel } from './mailChannel';
import { WebhookChannel } from './webhookChannel';

/** A channel that is to be, with what tells whether it is still the same after a change of settings. */
export interface PlannedChannel {
  key: string;
  create(): Channel;
}

/** @param env holds the secrets: INTROSPECTOR_SMTP_USER, INTROSPECTOR_SMTP_PASSWORD, INTROSPECTOR_WEBHOOK_URL */
export function plannedChannels(
  { folder, jsonLines, mail, webhook = '', appLog }: DeliverySettings,
  env: NodeJS.ProcessEnv,
  writeLog: WriteLog,
): PlannedChannel[] {
  const planned: PlannedChannel[] = [];
  const plan = (key: unknown[], create: () => Channel) => planned.push({ key: JSON.stringify(key), create });
  if (folder !== undefined) plan(['folder', folder], () => new FolderChannel(folder));
  if (jsonLines !== undefined) plan(['jsonLines', jsonLines], () => new JsonLinesChannel(jsonLines));
  if (mail !== undefined) {
    const { INTROSPECTOR_SMTP_USER: user, INTROSPECTOR_SMTP_PASSWORD: password = '' } = env;
    plan(['mail', mail], () => new MailChannel(mail, user ? { user, password } : undefined));
  }
  const address = webhook || env.INTROSPECTOR_WEBHOOK_URL;
  if (address) plan(['webhook', address], () => new WebhookChannel(address));
  if (appLog) plan(['appLog'], () => new AppLogChannel(writeLog));
  return planned;
}
