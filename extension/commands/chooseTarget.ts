/** Which of the attached processes is meant. */
import * as vscode from 'vscode';
import type { WatchedTarget } from '../store/sessionStore';

/**
 * @param targets those that come into question
 * @param title of the list that is shown when there are several
 * @param none what is said when there is none
 * @returns undefined when there is none, or the user does not choose
 */
export async function chooseTarget(
  targets: readonly WatchedTarget[],
  title: string,
  none: string,
): Promise<WatchedTarget | undefined> {
  if (targets.length === 0) void vscode.window.showInformationMessage(none);
  if (targets.length <= 1) return targets[0];
  const items = targets.map(watched => ({
    label: watched.target.name,
    description: `pid ${watched.target.pid}`,
    watched,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.watched;
}
