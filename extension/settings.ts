/** The user's settings as one typed object; nothing else reads the configuration. */
import * as vscode from 'vscode';
import type { DeliverySettings, WatchSettings } from '../sidecar/protocol/values';
import { deliverySettingsFrom, replayRepetitionsFrom, type Understood, watchSettingsFrom } from './settingValues';

const SECTION = 'introspector';

/** What a notification may be about; each can be switched off. */
export type Occasion = 'hungRequest' | 'deadTarget' | 'firstSlowRequest';

export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly told = new Set<string>();
  private readonly subscription = vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration(SECTION)) this.changed.fire();
  });

  /** @param log is told once of each value that is left out */
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** What is watched for. */
  get watch(): WatchSettings {
    return this.understood(watchSettingsFrom(read));
  }

  /** Where reports go besides the editor. */
  get deliveries(): DeliverySettings {
    return this.understood(deliverySettingsFrom(read, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath));
  }

  /** Whether a target that was started again is watched again. */
  get reattaches(): boolean {
    return readBoolean('reattach');
  }

  /** Whether lines carry hints. */
  get hintsEnabled(): boolean {
    return readBoolean('hints.enabled');
  }

  /** How often a request is sent to a copy of its app. */
  get replayRepetitions(): number {
    return replayRepetitionsFrom(read);
  }

  notifiesOf(occasion: Occasion): boolean {
    return readBoolean(`notifications.${occasion}`);
  }

  /** For this user, everywhere. */
  async stopNotifyingOf(occasion: Occasion): Promise<void> {
    const target = vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration(SECTION).update(`notifications.${occasion}`, false, target);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private understood<T>({ settings, problems }: Understood<T>): T {
    for (const problem of problems.filter(each => !this.told.has(each))) {
      this.told.add(problem);
      this.log.warn(problem);
    }
    return settings;
  }
}

function read(key: string): unknown {
  return vscode.workspace.getConfiguration(SECTION).get(key);
}

/** All of them are on by default. */
function readBoolean(key: string): boolean {
  return read(key) !== false;
}
