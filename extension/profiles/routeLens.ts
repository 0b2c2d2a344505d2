/** Offers to profile the next request of a route, above the line that registers it. */
import * as vscode from 'vscode';
import type { SessionStore } from '../store/sessionStore';
import { routeLines } from './routeLines';

const LANGUAGES = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];

export class RouteLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly subscriptions: { dispose(): void }[];
  private wasWatching = false;

  constructor(private readonly store: SessionStore) {
    this.subscriptions = [
      this.changed,
      store.onDidChange(() => this.update()),
      vscode.languages.registerCodeLensProvider(
        LANGUAGES.map(language => ({ language, scheme: 'file' })),
        this,
      ),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Only while an app is watched, and not in what it depends on. */
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.wasWatching || document.uri.path.includes('/node_modules/')) return [];
    return routeLines(document.getText()).map(({ line, route }) => {
      const title = '$(flame) Profile next request';
      const command = { command: 'introspector.profileNext', title, tooltip: route, arguments: [route] };
      return new vscode.CodeLens(document.lineAt(line).range, command);
    });
  }

  private update(): void {
    const isWatching = this.store.watchingTargets.length > 0;
    if (isWatching === this.wasWatching) return;
    this.wasWatching = isWatching;
    this.changed.fire();
  }
}
