/** Asks whose next request is to be profiled. */
import * as vscode from 'vscode';

interface KnownRoute {
  method: string;
  route: string;
}

export class RouteChoice {
  /** @param known routes that are offered */
  constructor(private readonly known: readonly KnownRoute[]) {}

  /** @returns `GET /orders/:id`, empty for any request; undefined when the user does not want to */
  async ask(): Promise<string | undefined> {
    const any = { label: 'Any request', route: '' };
    const other = { label: 'Another route…', route: undefined };
    const routes = [...new Set(this.known.map(({ method, route }) => `${method} ${route}`))];
    const items = [any, ...routes.map(route => ({ label: route, route })), other];
    const chosen = await vscode.window.showQuickPick(items, { title: 'Profile the next request of' });
    if (chosen !== other) return chosen?.route;
    return vscode.window.showInputBox({
      title: 'Profile the next request of',
      prompt: 'Method and path; :name stands for one part of the path, * at the end for all that follow',
      placeHolder: 'GET /orders/:id',
      validateInput: text =>
        /^([A-Z]+ )?\/\S*$/.test(text.trim()) ? undefined : 'Such as GET /orders/:id, or /orders/*',
    });
  }
}
