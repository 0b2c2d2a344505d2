/** Asks what of the Requests view is to be seen, and shows it while it is typed. */
import * as vscode from 'vscode';
import type { CommandParts } from './parts';

/** Escape brings back what was shown before. */
export async function filterRequests({ view }: Pick<CommandParts, 'view'>): Promise<void> {
  const before = view.filterText;
  const input = vscode.window.createInputBox();
  input.title = 'Filter Requests';
  input.placeholder = 'Words in method, route, address, file or function';
  input.prompt = 'Enter keeps the filter, Escape brings back what was shown before';
  input.value = before;
  try {
    const accepted = new Promise<boolean>(resolve => {
      input.onDidChangeValue(text => view.setFilter(text));
      input.onDidAccept(() => resolve(true));
      input.onDidHide(() => resolve(false));
    });
    input.show();
    if (!(await accepted)) view.setFilter(before);
  } finally {
    input.dispose();
  }
}
