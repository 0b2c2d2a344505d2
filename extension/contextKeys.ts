/** Tells `package.json` what state the session is in, for its welcome texts and menus. */
import * as vscode from 'vscode';
import type { SessionStore } from './store/sessionStore';
import { emptyBecause } from './trees/emptyBecause';
import type { Model } from './trees/rootNodes';

export class ContextKeys implements vscode.Disposable {
  private readonly subscriptions;
  private readonly sent = new Map<string, unknown>();

  constructor(private readonly model: Model) {
    const { store, journals, view } = model;
    this.subscriptions = [
      ...[store, journals, view].map(each => each.onDidChange(() => this.update())),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
    ];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { store, view } = this.model;
    this.set('introspector.attached', store.targets.length > 0);
    this.set('introspector.hintsVisible', store.hints.length + store.boxSites.length > 0);
    this.set('introspector.requestsVisible', hasRequests(store));
    this.set('introspector.lastReportKnown', store.lastReports.length > 0);
    this.set('introspector.grouped', view.isGrouped);
    this.set('introspector.filtered', view.filterText !== '');
    this.set('introspector.emptyBecause', emptyBecause(store, vscode.workspace.isTrusted));
  }

  private set(key: string, value: unknown): void {
    if (this.sent.get(key) === value) return;
    this.sent.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

function hasRequests({ slowRequests, groups }: SessionStore): boolean {
  return slowRequests.length > 0 || groups.length > 0;
}
