/** Tells `package.json` what state the session is in, for its welcome texts and menus. */
import * as vscode from 'vscode';
import type { SessionStore } from './store/sessionStore';

/** Why the Requests view is empty, when it is. */
type EmptyBecause =
  | 'untrusted'
  | 'awaitingRestart'
  | 'notAttached'
  | 'attaching'
  | 'noRequests'
  | 'nothingSlow'
  | 'targetGone'
  | 'sidecarFailed';

export class ContextKeys implements vscode.Disposable {
  private readonly subscription;
  private readonly sent = new Map<string, unknown>();

  constructor(private readonly store: SessionStore) {
    this.subscription = vscode.Disposable.from(
      store.onDidChange(() => this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
    );
    this.update();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private update(): void {
    this.set('introspector.attached', this.store.targets.length > 0);
    this.set('introspector.hintsVisible', this.store.hints.length > 0);
    this.set('introspector.emptyBecause', emptyBecause(this.store));
  }

  private set(key: string, value: unknown): void {
    if (this.sent.get(key) === value) return;
    this.sent.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

function emptyBecause({ isAttaching, targets, liveTargets, sidecarState }: SessionStore): EmptyBecause {
  // Not by VS Code's own key: it can stay false when the window is slow to learn that trust is switched off.
  if (!vscode.workspace.isTrusted) return 'untrusted';
  if (isAttaching) return 'attaching';
  if (liveTargets.length > 0 && liveTargets.every(({ target }) => target.state.state === 'awaitingRestart')) {
    return 'awaitingRestart';
  }
  if (liveTargets.some(({ stats }) => (stats?.requestsSeen ?? 0) > 0)) return 'nothingSlow';
  if (liveTargets.length > 0) return 'noRequests';
  if (targets.length > 0) return 'targetGone';
  return sidecarState === 'failed' ? 'sidecarFailed' : 'notAttached';
}
