/** The user's settings as one typed object; nothing else reads the configuration. */
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_DELIVERY_SETTINGS, DEFAULT_WATCH_SETTINGS } from '../sidecar/protocol/defaults';
import { type DeliverySettings, deliverySettings, type WatchSettings, watchSettings } from '../sidecar/protocol/values';

const SECTION = 'introspector';
const SMTPS_PORT = 465;

/** What the user can be told of without asking; each can be switched off where it appears. */
export type NotificationKind = 'hungRequest' | 'deadTarget' | 'firstSlowRequest';

export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscription = vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration(SECTION)) this.changed.fire();
  });

  /** What is watched for. */
  get watch(): WatchSettings {
    const defaults = DEFAULT_WATCH_SETTINGS;
    return {
      thresholdMs: this.checked('slowRequest.thresholdMs', watchSettings.shape.thresholdMs, defaults.thresholdMs),
      hungMs: this.checked('slowRequest.hungMs', watchSettings.shape.hungMs, defaults.hungMs),
      routes: this.checked('slowRequest.routes', watchSettings.shape.routes, defaults.routes),
      redactNames: this.checked('redact.names', watchSettings.shape.redactNames, defaults.redactNames),
      captureLocals: this.checked('captureLocals', watchSettings.shape.captureLocals, defaults.captureLocals),
    };
  }

  /** Where reports go besides the editor. Relative paths are those of the first workspace folder. */
  get deliveries(): DeliverySettings {
    const { shape } = deliverySettings;
    const folder = this.path('deliver.folder');
    const jsonLines = this.path('deliver.jsonLines');
    const webhook = this.checked('deliver.webhook', shape.webhook, undefined);
    const mail = this.mail;
    return {
      perHour: this.checked('deliver.perHour', shape.perHour, DEFAULT_DELIVERY_SETTINGS.perHour),
      appLog: this.checked('deliver.appLog', shape.appLog, DEFAULT_DELIVERY_SETTINGS.appLog),
      ...(folder === undefined ? {} : { folder }),
      ...(jsonLines === undefined ? {} : { jsonLines }),
      ...(mail === undefined ? {} : { mail }),
      ...(webhook === undefined ? {} : { webhook }),
    };
  }

  /** Whether a target that was started again is watched again. */
  get reattaches(): boolean {
    return this.read('reattach', true);
  }

  /** Whether lines carry hints. */
  get hintsEnabled(): boolean {
    return this.read('hints.enabled', true);
  }

  notifies(kind: NotificationKind): boolean {
    return this.read(`notifications.${kind}`, true);
  }

  /** "Don't show again". */
  async silence(kind: NotificationKind): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    await configuration.update(`notifications.${kind}`, false, vscode.ConfigurationTarget.Global);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private get mail(): DeliverySettings['mail'] {
    const value: unknown = vscode.workspace.getConfiguration(SECTION).get('deliver.mail');
    if (typeof value !== 'object' || value === null) return undefined;
    const port = (value as { port?: unknown }).port;
    const parsed = deliverySettings.shape.mail.safeParse({ secure: port === SMTPS_PORT, ...value });
    return parsed.success ? parsed.data : undefined;
  }

  private path(key: string): string | undefined {
    const text = this.read(key, '');
    if (text === '') return undefined;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    return folder === undefined ? resolve(text) : resolve(folder, text);
  }

  /** A value that is not what was declared (settings.json is free text) counts as not set. */
  private checked<T, F>(
    key: string,
    schema: { safeParse(value: unknown): { success: boolean; data?: T } },
    fallback: F,
  ) {
    const parsed = schema.safeParse(vscode.workspace.getConfiguration(SECTION).get(key));
    return parsed.success && parsed.data !== undefined ? parsed.data : fallback;
  }

  private read<T extends number | boolean | string>(key: string, fallback: T): T {
    const value: unknown = vscode.workspace.getConfiguration(SECTION).get(key);
    return typeof value === typeof fallback ? (value as T) : fallback;
  }
}
