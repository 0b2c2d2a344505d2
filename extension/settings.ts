/** The user's settings as one typed object; nothing else reads the configuration. */
import * as vscode from 'vscode';
import { DEFAULT_WATCH_SETTINGS } from '../sidecar/protocol/defaults';
import type { WatchSettings } from '../sidecar/protocol/values';

const SECTION = 'introspector';

export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscription = vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration(SECTION)) this.changed.fire();
  });

  /** What is watched for. */
  get watch(): WatchSettings {
    const thresholdMs = Math.max(0, this.read('slowRequest.thresholdMs', DEFAULT_WATCH_SETTINGS.thresholdMs));
    return { ...DEFAULT_WATCH_SETTINGS, thresholdMs };
  }

  /** Whether a target that was started again is watched again. */
  get reattaches(): boolean {
    return this.read('reattach', true);
  }

  /** Whether lines carry hints. */
  get hintsEnabled(): boolean {
    return this.read('hints.enabled', true);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** A value of another type than declared (settings.json is free text) counts as not set. */
  private read<T extends number | boolean>(key: string, fallback: T): T {
    const value: unknown = vscode.workspace.getConfiguration(SECTION).get(key);
    return typeof value === typeof fallback ? (value as T) : fallback;
  }
}
