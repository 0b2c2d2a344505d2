/** What the user is told of the sidecar: that it died, or could not do something, and whether anything is left to do. */
import * as vscode from 'vscode';
import { plainMessage } from '../notifications/plainMessage';
import type { WatchedTarget } from '../store/sessionStore';
import type { SidecarListener } from './sidecar';

/** @param log gets the same sentences */
export function sidecarMessages(log: vscode.LogOutputChannel): SidecarListener {
  const warned = new Set<string>();
  return {
    onRestarted(how, watchedAgain, lost) {
      log.warn(`the sidecar ended by itself (${how}) and was started again`);
      const sentences = ['The Introspector sidecar ended by itself and was started again.'];
      if (watchedAgain.length > 0) sentences.push(`Watching ${names(watchedAgain)} again.`);
      if (lost.length > 0) sentences.push(`Could not attach to ${names(lost)} again.`);
      void vscode.window.showWarningMessage(plainMessage(sentences.join(' ')));
    },
    onFailed(how) {
      log.error(`the sidecar keeps ending: ${how}`);
      void vscode.window
        .showErrorMessage(
          'The Introspector sidecar keeps ending, so it was not started again. The log says why; attach again to retry.',
          'Show Log',
        )
        .then(button => button && log.show());
    },
    onNotice({ severity, source, message }) {
      if (severity === 'info') {
        log.info(`${source}: ${message}`);
        return;
      }
      log.warn(`${source}: ${message}`);
      if (warned.has(message)) return;
      warned.add(message);
      void vscode.window.showWarningMessage(plainMessage(message), 'Show Log').then(button => button && log.show());
    },
  };
}

function names(targets: readonly WatchedTarget[]): string {
  return targets.map(({ target }) => `${target.name} [${target.pid}]`).join(', ');
}
